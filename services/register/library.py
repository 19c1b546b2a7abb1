"""The register as a persistence module of the `eventsourcing` library: `PERSISTENCE_MODULE=services.register.library`.

Whatever the library runs then follows the register: notifications are entries in the order of commits, domain events
are `EntryEvent`, a view that tracks what it has processed is a `RegisterRecorder`. The database is that of
`CONCORD_DATABASE_URL`.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError, Mapper

from services.register.mapper import EntryMapper
from services.register.recorder import RegisterRecorder

DATABASE: Final = "CONCORD_DATABASE_URL"
"""The variable of the environment that names the database."""

View = TypeVar("View", bound=RegisterRecorder)


class Factory(InfrastructureFactory[RegisterRecorder]):
    """Makes what the library asks a persistence module for."""

    def aggregate_recorder(self, purpose: str = "events") -> RegisterRecorder:
        """The register's recorder. Raises InfrastructureFactoryError for snapshots, which the register has none of."""
        if purpose != "events":
            raise InfrastructureFactoryError("the register has no snapshots: its streams are short")
        return self.application_recorder()

    def application_recorder(self) -> RegisterRecorder:
        """The register's recorder."""
        return RegisterRecorder(self._conninfo())

    def process_recorder(self) -> RegisterRecorder:
        """The register's recorder, which tracks too."""
        return self.application_recorder()

    def tracking_recorder(self, tracking_recorder_class: type[View] | None = None) -> Any:
        """A view of this class, over the database of the register."""
        return (tracking_recorder_class or RegisterRecorder)(self._conninfo())

    def mapper(self, *_given: Any, **_options: Any) -> Mapper[Any]:
        """The register's own: the topic of an event is its type's stable name, its state the stored bytes."""
        return EntryMapper()

    def _conninfo(self) -> str:
        conninfo = self.env.get(DATABASE)
        if not conninfo:
            raise InfrastructureFactoryError(f"{DATABASE} names the register's database")
        return str(conninfo)
