"""Pages for staff, in the product's look. Who may not see one gets 404, as where there is none."""
