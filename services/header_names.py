"""Names of Kafka's headers that are no UTF-8, read all the same.

Kafka takes any bytes as a header's name, and kafka-python gives up the whole partition over one that is no
UTF-8: everybody who may write a topic could so stop all who read it. Read here, such bytes are question marks.
"""

from __future__ import annotations

from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint

_FIELDS = 3
"""Numbers before the key: attributes, and how far time and offset are from the batch's."""


class TolerantBatch(DefaultRecordBatch):  # type: ignore[misc]  # kafka-python has no types
    """A batch of records; its checksum is compared before any of them is read."""

    __slots__ = ()

    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            batch: Any = self
            batch._buffer = bytearray(batch._buffer)
            _replace(batch._buffer, batch._pos)
            return super()._read_msg()


def _replace(buffer: bytearray, pos: int) -> None:
    """Put question marks for what is no ASCII in the names of the record that begins at `pos`."""
    _, pos = decode_varint(buffer, pos)
    for _ in range(_FIELDS):
        _, pos = decode_varint(buffer, pos)
    for _ in ("key", "value"):
        length, pos = decode_varint(buffer, pos)
        pos += max(length, 0)
    headers, pos = decode_varint(buffer, pos)
    for _ in range(headers):
        length, pos = decode_varint(buffer, pos)
        name = buffer[pos : pos + length]
        buffer[pos : pos + length] = bytes(byte if byte < 0x80 else 0x3F for byte in name)
        pos += length
        length, pos = decode_varint(buffer, pos)
        pos += max(length, 0)


def read_any_name() -> None:
    """From now on every consumer of this process reads names of any bytes."""
    memory_records.DefaultRecordBatch = TolerantBatch
