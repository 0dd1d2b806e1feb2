/* Makes the nth write or sync fail with EIO, once, in files whose path contains a word.

   Preloaded; the test sets the word and the number: fault_in("territoires.db"), fault_at(3).
   fault_seen() tells how many writes and syncs there were since. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char word[256];
static long countdown = 0, seen = 0;

void fault_in(const char *text) { strncpy(word, text, sizeof word - 1); }
void fault_at(long number) { countdown = number; seen = 0; }
long fault_seen(void) { return seen; }

static int fails(int descriptor)
{
    char link[64], path[4096];
    ssize_t size;
    if (!word[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    if (!strstr(path, word)) return 0;
    seen++;
    if (countdown > 0 && --countdown == 0) { errno = EIO; return 1; }
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int d, const void *b, size_t n) { return fails(d) ? -1 : REAL(write)(d, b, n); }
ssize_t pwrite(int d, const void *b, size_t n, off_t at) { return fails(d) ? -1 : REAL(pwrite)(d, b, n, at); }
ssize_t pwrite64(int d, const void *b, size_t n, off64_t at) { return fails(d) ? -1 : REAL(pwrite64)(d, b, n, at); }
int fsync(int d) { return fails(d) ? -1 : REAL(fsync)(d); }
int fdatasync(int d) { return fails(d) ? -1 : REAL(fdatasync)(d); }
int ftruncate(int d, off_t n) { return fails(d) ? -1 : REAL(ftruncate)(d, n); }
int ftruncate64(int d, off64_t n) { return fails(d) ? -1 : REAL(ftruncate64)(d, n); }
