"""The ledger: jobs, tasks, leases and schedules in MySQL; huey only carries wake-ups."""

from agent.ledger.ledger import Ledger, LedgerSettings
from agent.ledger.outcomes import RetryPolicy
from agent.ledger.types import (
    Clock,
    Handler,
    Job,
    JobRequest,
    JobState,
    Lease,
    LeaseLost,
    Missing,
    NewTask,
    Page,
    Task,
    TaskContext,
    TaskResult,
    TaskState,
    WrongState,
    utc_now,
)
from agent.model.results import Counts, RecordResult

__all__ = [
    "Clock",
    "Counts",
    "Handler",
    "Job",
    "JobRequest",
    "JobState",
    "Lease",
    "LeaseLost",
    "Ledger",
    "LedgerSettings",
    "Missing",
    "NewTask",
    "Page",
    "RecordResult",
    "RetryPolicy",
    "Task",
    "TaskContext",
    "TaskResult",
    "TaskState",
    "WrongState",
    "utc_now",
]
