"""Forbids a process the system calls that no exercise needs and that would get round its limits.

Runs within the sandbox, at the end of a task's preparations; needs nothing but Python. Memory that
belongs to no process (shared segments, files in memory, what waits in sockets) is counted by no
limit, keys outlive their process, and the rest is a way into other processes or the kernel. A call
that is forbidden fails with "operation not permitted" (seccomp, see the kernel's
Documentation/userspace-api/seccomp_filter.rst).
"""

import ctypes
import os
import struct

# By name, its number on x86-64 and on 64-bit ARM (arch/x86/entry/syscalls/syscall_64.tbl and
# include/uapi/asm-generic/unistd.h of Linux).
FORBIDDEN = {
    "shmget": (29, 194), "socket": (41, 198), "socketpair": (53, 199), "semget": (64, 190),
    "msgget": (68, 186), "ptrace": (101, 117), "mount": (165, 40), "umount2": (166, 39),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "mq_open": (240, 180),
    "unshare": (272, 97), "perf_event_open": (298, 241), "setns": (308, 268),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "memfd_create": (319, 279),
    "bpf": (321, 280), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "memfd_secret": (447, 447),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_X32 = 0x40000000
_SET_SECCOMP, _FILTER = 22, 2


def machine_is_known() -> bool:
    """Tell whether the numbers of the calls are known for this kind of machine."""
    return os.uname().machine in _MACHINES


def install(libc: ctypes.CDLL) -> None:
    """Forbid the calls to this process and to all that it starts, for good."""
    column, architecture = _MACHINES[os.uname().machine]
    numbers = [calls[column] for calls in FORBIDDEN.values()]
    program = [
        (_LOAD, 0, 0, 4),  # the architecture that the call is made for
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, len(numbers) + 1, 0, _X32),
        *((_EQUAL, len(numbers) - i, 0, number) for i, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    about = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    if libc.prctl(_SET_SECCOMP, _FILTER, about, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "system calls cannot be forbidden here")
