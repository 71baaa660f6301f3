"""Killing a process at the entry of a system call that writes, by tracing it."""

import ctypes
import os
import platform
import signal
import struct

from tests.store_steps import Watch, wait

NO_TRACING = 77  # exit status where the system does not let a process trace its own child
# write, pwrite64, writev, fsync, fdatasync, ftruncate, fallocate, mkdir(at), rename(at, at2), unlink(at); and openat
WRITING = {
    "x86_64": ((1, 18, 20, 74, 75, 77, 285, 83, 258, 82, 264, 316, 87, 263), 257),
    "aarch64": ((64, 68, 66, 82, 83, 46, 47, 34, 38, 276, 35), 56),
}
TRACE_ME, CONTINUE, SET_OPTIONS, GET_SYSCALL_INFO = 0, 7, 0x4200, 0x420E
OPTION_SECCOMP, OPTION_EXIT_KILL, SECCOMP_STOP = 0x80, 0x100000, signal.SIGTRAP | 7 << 8
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # of the kernel's packet filter language
SECCOMP_TRACE, SECCOMP_ALLOW = 0x7FF00000, 0x7FFF0000
NO_NEW_PRIVILEGES, SET_SECCOMP = 38, 22


class Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


class SystemCall(ctypes.Structure):
    _fields_ = (("before", ctypes.c_uint64 * 3), ("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 8))


def system(name: str, *arguments: object) -> int:
    function = getattr(ctypes.CDLL(None), name)
    function.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    function.restype = ctypes.c_long
    return int(function(*arguments, *(None,) * (5 - len(arguments))))


def be_traced() -> None:
    """Let the parent see each system call that may write, before it is done."""
    numbers, openat = WRITING[platform.machine()]
    program = [struct.pack("HBBI", LOAD, 0, 0, 0)]
    for number in (*numbers, openat):
        program += [struct.pack("HBBI", JUMP_EQUAL, 0, 1, number), struct.pack("HBBI", RETURN, 0, 0, SECCOMP_TRACE)]
    program.append(struct.pack("HBBI", RETURN, 0, 0, SECCOMP_ALLOW))
    if system("ptrace", TRACE_ME, 0) != 0 or system("prctl", NO_NEW_PRIVILEGES, 1) != 0:
        os._exit(NO_TRACING)
    os.kill(os.getpid(), signal.SIGSTOP)
    if system("prctl", SET_SECCOMP, 2, ctypes.addressof(Filter(len(program), b"".join(program)))) != 0:
        os._exit(NO_TRACING)


def at_system_call(number: int) -> Watch:
    """Kill at the entry of the `number`th system call that writes, so that it does nothing any more."""

    def watch(pid: int, reports: int) -> bool:
        left = number
        call = SystemCall()
        _, status = os.waitpid(pid, 0)
        if os.WIFSTOPPED(status):
            system("ptrace", SET_OPTIONS, pid, 0, OPTION_SECCOMP | OPTION_EXIT_KILL)
        while os.WIFSTOPPED(status):
            if status >> 8 == SECCOMP_STOP:
                system("ptrace", GET_SYSCALL_INFO, pid, ctypes.sizeof(call), ctypes.addressof(call))
                left -= writes(call, reports)
                if left == 0:
                    os.kill(pid, signal.SIGKILL)
                    return wait(pid, reports)
            system("ptrace", CONTINUE, pid)
            _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == NO_TRACING:
            raise SystemExit(NO_TRACING)
        return os.WIFSIGNALED(status)

    return watch


def writes(call: SystemCall, reports: int) -> bool:
    """Whether the system call may change a file. The child's report changes none."""
    if call.number == WRITING[platform.machine()][1]:
        return bool(call.arguments[2] & os.O_CREAT)
    return bool(call.arguments[0] != reports)
