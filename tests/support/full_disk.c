/* A disk that is full while a file exists: writes that would make a table's file longer fail with ENOSPC.
 * Usage: EXTRAMILE_FULL_DISK=FLAG_FILE LD_PRELOAD=build/.../libfull_disk.so postgres ... */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int is_full(int fd, off_t offset) {
  const char* flag = getenv("EXTRAMILE_FULL_DISK");
  struct stat file;
  if (!flag || access(flag, F_OK) != 0 || fstat(fd, &file) != 0 || offset < file.st_size) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return strstr(path, "/base/") != NULL;
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off_t);
  if (!real) real = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  if (is_full(fd, offset)) {
    errno = ENOSPC;
    return -1;
  }
  return real(fd, bytes, size, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite(fd, bytes, size, offset);
}
