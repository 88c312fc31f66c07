"""What moto's CloudWatch lacks for alarms: metrics of queues, percentiles, and answers that stay quick."""

import collections
import datetime
import math
import threading
import time

from moto.cloudwatch import models as cloudwatch
from moto.core.utils import utcnow
from moto.sqs import models as sqs

KEEP_SECONDS = 3 * 3600
QUEUE_SECONDS = 2

lock = threading.RLock()


def mend():
    mend_metric_data()
    mend_first_state()


def mend_first_state():
    # An alarm has no data when it is made, and says so.
    original = cloudwatch.Alarm.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        if self.rule is None:
            self.state_value = "INSUFFICIENT_DATA"

    cloudwatch.Alarm.__init__ = init


def mend_metric_data():
    # moto looks through every value that was ever put, for each query and each period, overlooks the namespace, knows no
    # percentiles, and never forgets. So the values are kept by their metric, too, for some hours.
    original = cloudwatch.CloudWatchBackend.put_metric_data
    answer = cloudwatch.CloudWatchBackend.get_metric_data

    def put_metric_data(self, namespace, metric_data):
        with lock:
            before = len(self.metric_data)
            original(self, namespace, metric_data)
            series = series_of(self)
            for datum in self.metric_data[before:]:
                series[key_of(datum.namespace, datum.name, datum.dimensions)].append((epoch(datum.timestamp), datum))
            forget(self)

    def get_metric_data(self, queries, start_time, end_time, scan_by="TimestampAscending"):
        if any("MetricStat" not in q for q in queries):
            return answer(self, queries, start_time, end_time, scan_by)
        start, end = int(epoch(start_time)), int(epoch(end_time))
        if start >= end:
            raise cloudwatch.ValidationError("The parameter EndTime must be greater than StartTime.")
        with lock:
            return [result(series_of(self), q, start, end, scan_by) for q in queries if q.get("ReturnData", True)]

    cloudwatch.CloudWatchBackend.put_metric_data = put_metric_data
    cloudwatch.CloudWatchBackend.get_metric_data = get_metric_data


def result(series, query, start, end, scan_by):
    wanted = query["MetricStat"]
    metric, period, stat = wanted["Metric"], int(wanted["Period"]), wanted["Stat"]
    dimensions = [cloudwatch.Dimension(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]
    periods = collections.defaultdict(list)
    for at, datum in series.get(key_of(metric["Namespace"], metric["MetricName"], dimensions), ()):
        if start <= at < end and wanted.get("Unit") in (None, datum.unit):
            periods[int((at - start) // period)].append(datum)
    values = [(start + n * period, statistic(periods[n], stat)) for n in sorted(periods)]
    if scan_by == "TimestampDescending":
        values.reverse()
    return {
        "id": query["Id"],
        "label": query.get("Label") or metric["MetricName"],
        "timestamps": [datetime.datetime.fromtimestamp(at, datetime.timezone.utc).replace(tzinfo=None) for at, _ in values],
        "values": [value for _, value in values],
        "status_code": "Complete",
    }


def statistic(data, stat):
    if not stat.startswith("p"):
        statistics = cloudwatch.Statistics([stat], utcnow())
        statistics.metric_data = data
        return statistics.get_statistics_for_type(stat)
    values = sorted(d.value for d in data if isinstance(d, cloudwatch.MetricDatum))
    place = (len(values) - 1) * float(stat[1:]) / 100
    low, high = values[math.floor(place)], values[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def series_of(backend):
    if not hasattr(backend, "_series"):
        backend._series, backend._forgotten = collections.defaultdict(list), time.time()
    return backend._series


def forget(backend):
    now = time.time()
    if now - backend._forgotten < 60:
        return
    backend._forgotten, oldest = now, now - KEEP_SECONDS
    backend.metric_data = [d for d in backend.metric_data if epoch(d.timestamp) >= oldest]
    for values in backend._series.values():
        values[:] = [v for v in values if v[0] >= oldest]


def key_of(namespace, name, dimensions):
    return namespace, name, tuple(sorted((d.name, d.value) for d in dimensions))


def epoch(at):
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.timezone.utc)
    return at.timestamp()


class QueueMetrics:
    """Counts what happens to queues, and puts the metrics of all of them every two seconds. It is here because how old a
    message is, is known nowhere else. The caller's lock guards all queues."""

    def __init__(self, queues_lock):
        self.lock = queues_lock
        self.counts = collections.Counter()
        self.watch()
        threading.Thread(target=self.run, daemon=True).start()

    def watch(self):
        send, add = sqs.SQSBackend.send_message, sqs.Queue.add_message
        receive, delete = sqs.SQSBackend.receive_message, sqs.Queue.delete_message

        def send_message(backend, queue_name, *args, **kwargs):
            message = send(backend, queue_name, *args, **kwargs)
            self.count(backend.get_queue(queue_name), "NumberOfMessagesSent", 1)
            return message

        def add_message(queue, message):
            message.arrived = time.time()  # in this queue: a dead-letter queue counts from the move
            add(queue, message)

        def receive_message(backend, queue_name, *args, **kwargs):
            messages = receive(backend, queue_name, *args, **kwargs)
            self.count(backend.get_queue(queue_name), "NumberOfMessagesReceived", len(messages))
            return messages

        def delete_message(queue, receipt_handle):
            with self.lock:
                before = len(queue._messages)
                delete(queue, receipt_handle)
                self.count(queue, "NumberOfMessagesDeleted", before - len(queue._messages))

        sqs.SQSBackend.send_message, sqs.Queue.add_message = send_message, add_message
        sqs.SQSBackend.receive_message, sqs.Queue.delete_message = receive_message, delete_message

    def count(self, queue, name, n):
        with self.lock:
            self.counts[queue.queue_arn, name] += n

    def run(self):
        while True:
            time.sleep(QUEUE_SECONDS)
            for account, regions in list(sqs.sqs_backends.items()):
                for region, backend in list(regions.items()):
                    data = self.take(backend)
                    for begin in range(0, len(data), 1000):
                        cloudwatch.cloudwatch_backends[account][region].put_metric_data("AWS/SQS", data[begin : begin + 1000])

    def take(self, backend):
        now, data = time.time(), []
        with self.lock:
            for queue in list(backend.queues.values()):
                dimensions = [{"Name": "QueueName", "Value": queue.name}]

                def put(name, value, unit="Count"):
                    data.append(
                        {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit, "Timestamp": utcnow()}
                    )

                delayed = not_visible = visible = 0
                for message in queue._messages:
                    if message.delayed:
                        delayed += 1
                    elif message.visible:
                        visible += 1
                    else:
                        not_visible += 1
                oldest = min((m.arrived for m in queue._messages), default=now)
                put("ApproximateNumberOfMessagesVisible", visible)
                put("ApproximateNumberOfMessagesNotVisible", not_visible)
                put("ApproximateNumberOfMessagesDelayed", delayed)
                put("ApproximateAgeOfOldestMessage", int(now - oldest), "Seconds")
                for name in ("NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted"):
                    put(name, self.counts.pop((queue.queue_arn, name), 0))
        return data
