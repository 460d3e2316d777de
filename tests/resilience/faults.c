/* Lets writing to some files fail now and then, as a dying disk does: ENOSPC, EIO, a short write,
   a failed fsync. FAULTS_UNDER: a directory; FAULTS_IN: a file that holds how many of 10,000 calls
   fail (0 for none), read anew every time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static __thread unsigned int chance;

static int concerns(int fd) {
  const char *under = getenv("FAULTS_UNDER");
  char link[64], path[4096];
  if (!under) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return !strncmp(path, under, strlen(under)) && strstr(path, ".sqlite3");
}

static int fails(int fd) {
  if (!concerns(fd)) return 0;
  const char *name = getenv("FAULTS_IN");
  char text[16] = "";
  int file = name ? open(name, O_RDONLY) : -1;
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return 0;
  if (!chance) chance = (unsigned int)((size_t)&chance ^ (unsigned int)getpid());
  return rand_r(&chance) % 10000 < atoi(text);
}

static int broken(void) {
  errno = rand_r(&chance) % 2 ? ENOSPC : EIO;
  return -1;
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  if (fails(fd)) {
    if (rand_r(&chance) % 3 == 0) return REAL(pwrite64)(fd, data, size / 2, at);
    return broken();
  }
  return REAL(pwrite64)(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  return pwrite64(fd, data, size, at);
}

ssize_t write(int fd, const void *data, size_t size) {
  return fails(fd) ? broken() : REAL(write)(fd, data, size);
}

int fsync(int fd) { return fails(fd) ? broken() : REAL(fsync)(fd); }

int fdatasync(int fd) { return fails(fd) ? broken() : REAL(fdatasync)(fd); }

int ftruncate64(int fd, off64_t size) { return fails(fd) ? broken() : REAL(ftruncate64)(fd, size); }
