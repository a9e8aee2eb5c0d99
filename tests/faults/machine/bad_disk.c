/* A disk that fails, for one process: loaded before the C library, it answers EIO to reads, writes and flushes of the database's files.
   BAD_DISK names a file that says what fails just now: r (reads), w (writes), s (flushes); nothing while it is missing or empty. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(int fd, char what) {
    const char *says = getenv("BAD_DISK");
    char link[64], path[4096], faults[8];
    int before = errno, bad = 0;
    long file, length;
    if (says == NULL)
        return 0;
    file = syscall(SYS_openat, AT_FDCWD, says, O_RDONLY | O_CLOEXEC, 0);
    if (file >= 0) {
        length = syscall(SYS_read, file, faults, sizeof faults);
        syscall(SYS_close, file);
        if (length > 0 && memchr(faults, what, (size_t)length) != NULL) {
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            length = readlink(link, path, sizeof path - 1);
            path[length > 0 ? length : 0] = 0;
            bad = strstr(path, "/sapa.db") != NULL;
        }
    }
    errno = bad ? EIO : before;
    return bad;
}

#define OR_FAIL(result, name, what, types, values)                                                                                          \
    result name types {                                                                                                                     \
        static result(*real) types;                                                                                                         \
        if (real == NULL)                                                                                                                   \
            real = (result(*) types)dlsym(RTLD_NEXT, #name);                                                                                \
        return fails(fd, what) ? -1 : real values;                                                                                          \
    }

OR_FAIL(ssize_t, read, 'r', (int fd, void *to, size_t count), (fd, to, count))
OR_FAIL(ssize_t, pread, 'r', (int fd, void *to, size_t count, off_t at), (fd, to, count, at))
OR_FAIL(ssize_t, pread64, 'r', (int fd, void *to, size_t count, off64_t at), (fd, to, count, at))
OR_FAIL(ssize_t, write, 'w', (int fd, const void *from, size_t count), (fd, from, count))
OR_FAIL(ssize_t, pwrite, 'w', (int fd, const void *from, size_t count, off_t at), (fd, from, count, at))
OR_FAIL(ssize_t, pwrite64, 'w', (int fd, const void *from, size_t count, off64_t at), (fd, from, count, at))
OR_FAIL(int, fsync, 's', (int fd), (fd))
OR_FAIL(int, fdatasync, 's', (int fd), (fd))
