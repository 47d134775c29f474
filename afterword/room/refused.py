"""The system calls that the room is refused, as a seccomp program. Numbers: asm/unistd.h of x86_64 and aarch64.

A list of what is refused rather than of what is allowed: C libraries and the speech model change what they call, and
Landlock, an empty network namespace and no capability stand behind it. What is newer than the list is refused too.
"""

from __future__ import annotations

import os
import struct

# Number on x86_64, on aarch64 (-1: it has no such call).
_REFUSED = {
    # Network, and any other talk with a process.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "shmget": (29, 194), "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "tkill": (200, 130), "pidfd_send_signal": (424, 424), "io_uring_setup": (425, 425),
    # New programs and processes.
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1),
    # Files: made, changed, renamed, removed; or kept in memory under a name.
    "creat": (85, -1), "openat2": (437, 437), "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47),
    "unlink": (87, -1), "unlinkat": (263, 35), "rename": (82, -1), "renameat": (264, 38), "renameat2": (316, 276),
    "mkdir": (83, -1), "mkdirat": (258, 34), "rmdir": (84, -1), "link": (86, -1), "linkat": (265, 37),
    "symlink": (88, -1), "symlinkat": (266, 36), "mknod": (133, -1), "mknodat": (259, 33), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "open_by_handle_at": (304, 265),
    # Words fit into names, times, modes and attributes as well; Landlock does not bound these.
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
    "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "setxattrat": (463, 463), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "removexattrat": (466, 466), "utime": (132, -1), "utimes": (235, -1),
    "futimesat": (261, -1), "utimensat": (280, 88),
    # Other processes' memory.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    # Namespaces, mounts, keys and the kernel.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "mount_setattr": (442, 442), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241), "fanotify_init": (300, 262),
    "acct": (163, 89), "swapon": (167, 224), "kexec_load": (246, 104), "init_module": (175, 105),
    "finit_module": (313, 273),
}  # fmt: skip
_ARCHES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE3, _FIRST_UNKNOWN = (435, 435), 467
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last: O_TMPFILE
_CLONE_THREAD = 0x10000
# prctl: PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_MM, PR_SET_PTRACER. ioctl: TIOCSTI, TIOCLINUX type into a terminal.
_PRCTLS, _IOCTLS = (1, 4, 35, 0x59616D61), (0x5412, 0x541C)

_EPERM, _ENOSYS, _ALLOW, _KILL = 0x00050001, 0x00050000 | 38, 0x7FFF0000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_Step = tuple[int, int, int, int]
_LOAD_NUMBER: _Step = (_LOAD, 0, 0, 0)


def syscall_filter(machine: str, pid: int) -> bytes:
    """The program for `machine`, or nothing if it has none. `pid`: the only process that may be sent a signal."""
    if machine not in _ARCHES:
        return b""
    column, arch = _ARCHES[machine]
    # The calls of another architecture have other numbers.
    steps: list[_Step] = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL), _LOAD_NUMBER]
    # A new call, and x32's on x86_64, are numbers that are not listed here: libc goes on without.
    steps += [(_AT_LEAST, 0, 1, _FIRST_UNKNOWN), (_RETURN, 0, 0, _ENOSYS)]
    # clone3 hides its flags, so libc must fall back to clone.
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ENOSYS)]
    for numbers in _REFUSED.values():
        steps += _when(numbers[column], [(_RETURN, 0, 0, _EPERM)])
    for numbers, argument in (((2, -1), 1), ((257, 56), 2)):  # open, openat: for reading only
        steps += _when(numbers[column], _refuse_bits(argument, _WRITES))
    steps += _when((56, 220)[column], _require_bits(0, _CLONE_THREAD))  # clone: a thread, not a process
    for numbers in ((62, 129), (234, 131), (129, 138), (297, 240)):  # kill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo
        steps += _when(numbers[column], _require(0, pid))
    steps += _when((157, 167)[column], _refuse(0, _PRCTLS))
    steps += _when((16, 29)[column], _refuse(1, _IOCTLS))
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _when(number: int, then: list[_Step]) -> list[_Step]:
    return [(_EQUAL, 0, len(then), number), *then] if number >= 0 else []


def _argument(index: int) -> _Step:
    return (_LOAD, 0, 0, 16 + 8 * index)  # the lower half: every value tested here fits


def _refuse_bits(index: int, bits: int) -> list[_Step]:
    return [_argument(index), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]


def _require_bits(index: int, bits: int) -> list[_Step]:
    return [_argument(index), (_ANY_BIT, 1, 0, bits), (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]


def _require(index: int, value: int) -> list[_Step]:
    return [_argument(index), (_EQUAL, 1, 0, value), (_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]


def _refuse(index: int, values: tuple[int, ...]) -> list[_Step]:
    tests = [step for value in values for step in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, _EPERM))]
    return [_argument(index), *tests, (_RETURN, 0, 0, _ALLOW)]
