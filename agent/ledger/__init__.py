"""The ledger: jobs, tasks, leases and schedules in MySQL; huey only carries wake-ups."""

from agent.ledger.chores import Chore, stop_on_signals
from agent.ledger.clock import ServerClock
from agent.ledger.dispatcher import (
    Dispatcher,
    HueyDispatcher,
    Listener,
    LocalDispatcher,
    redis_dispatcher,
    sqlite_dispatcher,
)
from agent.ledger.ledger import Ledger, LedgerSettings
from agent.ledger.outcomes import RetryPolicy
from agent.ledger.retention import purge
from agent.ledger.schedules import Planner, Schedule, ScheduledJob
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
from agent.ledger.vitals import Health, health
from agent.ledger.worker import Worker, WorkerSettings
from agent.model.results import Counts, RecordResult

__all__ = [
    "Chore",
    "Clock",
    "Counts",
    "Dispatcher",
    "Handler",
    "Health",
    "HueyDispatcher",
    "Job",
    "JobRequest",
    "JobState",
    "Lease",
    "LeaseLost",
    "Ledger",
    "LedgerSettings",
    "Listener",
    "LocalDispatcher",
    "Missing",
    "NewTask",
    "Page",
    "Planner",
    "RecordResult",
    "RetryPolicy",
    "Schedule",
    "ScheduledJob",
    "ServerClock",
    "Task",
    "TaskContext",
    "TaskResult",
    "TaskState",
    "Worker",
    "WorkerSettings",
    "WrongState",
    "health",
    "purge",
    "redis_dispatcher",
    "sqlite_dispatcher",
    "stop_on_signals",
    "utc_now",
]
