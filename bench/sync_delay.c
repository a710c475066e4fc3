/* Adds a fixed delay to every fsync, fdatasync and msync of a process, to measure as on a disk of known sync time.
 * Usage: EXTRAMILE_SYNC_DELAY_US=1000 LD_PRELOAD=build/.../libsync_delay.so PROGRAM */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

static void delay(void) {
  static long micros = -1;
  if (micros < 0) {
    const char* text = getenv("EXTRAMILE_SYNC_DELAY_US");
    micros = text ? atol(text) : 0;
  }
  struct timespec rest = {micros / 1000000, micros % 1000000 * 1000};
  while (micros > 0 && nanosleep(&rest, &rest) != 0) {
  }
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  delay();
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  delay();
  return real(fd);
}

int msync(void* address, size_t length, int flags) {
  static int (*real)(void*, size_t, int);
  if (!real) real = (int (*)(void*, size_t, int))dlsym(RTLD_NEXT, "msync");
  delay();
  return real(address, length, flags);
}
