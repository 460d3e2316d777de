"""What people send, as forms whose cleaned data are the values of the layer below."""
