"""Workers while their queue is away."""

from redis import Redis
from rq.executions import Execution

from roles.answering import ForkingWorker
from tools.stack.ports import free_port
from webapp import jobs as doorbells


def test_a_queue_that_is_away_does_not_stop_a_worker_whose_child_works(queue_url: str) -> None:
    worker = ForkingWorker(["render"], connection=Redis.from_url(queue_url), serializer=doorbells.SERIALIZER)
    bell = doorbells.queue("render", queue_url).enqueue_call(doorbells.ANSWER, args=("one",), timeout=-1)
    execution = Execution("first", bell.id, connection=worker.connection)
    worker.register_birth()

    with Redis(port=free_port()) as away:
        worker.connection = away
        worker.maintain_heartbeats(bell, execution)
