"""A process that has loaded the kernels and waits for its one file; where forking from a loaded process is unsafe.

`python -m marketplace.adapters.geometry_kernel.spare CONTROL_FD`. One order arrives on the control socket with the file
and a pipe for the result; the name of the room follows it. When the socket closes instead, the process ends.
"""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel import child, confinement, syscalls
from marketplace.adapters.geometry_kernel.limits import ORDER_BYTES, unpacked

READY: Final = b"R"
ORDER_FDS: Final = 2
MAX_ROOM_BYTES: Final = 1024


def main(control_fd: int) -> None:
    """Load the kernels, leave the network, take one order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the worker ends us by closing the socket
    child.load_kernels()
    confinement.leave_the_network()
    confinement.hold_few_files()
    syscalls.prepared()
    with socket.socket(fileno=control_fd) as control:
        control.sendall(READY)
        order, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES + MAX_ROOM_BYTES, ORDER_FDS)
    if len(order) <= ORDER_BYTES or len(descriptors) < ORDER_FDS:
        return
    kind, limits = unpacked(order[:ORDER_BYTES])
    room = Path(os.fsdecode(order[ORDER_BYTES:]))
    source, result = descriptors
    child.run(child.Task(kind, limits, room, source, result, confinement.address_space_bytes()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
