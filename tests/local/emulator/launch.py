"""Starts moto's server for the local stack: launch.py FD

FD is a listening socket that the parent made, so that no port is guessed and then lost to somebody else.
The parent holds the other end of our standard input: when it goes away, however it dies, we go too.
"""

import copy
import itertools
import logging
import os
import socket
import sys
import threading
import time

from moto import backends
from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import notifications
from moto.s3.responses import S3Response
from moto.sqs import models as sqs
from moto.stepfunctions import models as stepfunctions
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

sqs_lock = threading.RLock()


def main():
    mend_state_machine_copy()
    mend_queue_attributes()
    mend_queue_races()
    mend_condition_races()
    mend_notifications()
    mend_slow_spots()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    threading.Thread(target=exit_with_parent, daemon=True).start()

    fd = int(sys.argv[1])
    host, port = socket.socket(fileno=os.dup(fd)).getsockname()[:2]
    app = DomainDispatcherApplication(create_backend_app)
    app.debug = True
    ThreadedWSGIServer(host, port, app, Handler, fd=fd).serve_forever()


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out as two writes: without this each answer may wait 40 ms


def exit_with_parent():
    # Not sys.stdin: its buffer lock would be taken at interpreter shutdown.
    while os.read(0, 4096):
        pass
    os._exit(0)


def mend_state_machine_copy():
    # Starting an execution deep-copies the state machine together with its earlier executions, whose threads and
    # locks cannot be copied: every second StartExecution is a 500.
    def deepcopy(self, memo):
        twin = copy.copy(self)
        twin.executions = []
        return twin

    stepfunctions.StateMachine.__deepcopy__ = deepcopy


def mend_queue_attributes():
    # SetQueueAttributes drops the access policy whenever the call does not name it, so that changing any other
    # attribute shows as a difference in the next plan.
    original = sqs.Queue._set_attributes

    def set_attributes(self, attributes, now=None):
        if "Policy" not in attributes and hasattr(self, "_policy_json"):
            attributes = {**attributes, "Policy": self.policy}
        original(self, attributes, now)

    sqs.Queue._set_attributes = set_attributes


def mend_queue_races():
    # moto's queues are not safe under the threaded server: DeleteMessage rebuilds the list of messages and so loses
    # one that is sent meanwhile, or brings back one that is deleted meanwhile, and two receives hand out the same
    # message. One lock for all queues (a receive may move messages to another queue) mends that; a long poll waits
    # outside it. With the lock held the costly parts can be cheap, too: no scan of the queue per deleted or received
    # message.
    receive, change, add = (
        sqs.SQSBackend.receive_message,
        sqs.SQSBackend.change_message_visibility,
        sqs.Queue.add_message,
    )

    def receive_message(self, queue_name, count, wait, visibility, attribute_names=None):
        end = time.monotonic() + (wait or 0)
        while True:
            with sqs_lock:
                messages = receive(self, queue_name, count, 0, visibility, attribute_names)
            left = end - time.monotonic()
            if messages or left <= 0:
                return messages
            # Visibility timeouts end without a notification, hence the short naps.
            self.get_queue(queue_name).wait_for_messages(min(left, 0.25))

    def change_message_visibility(self, queue_name, receipt_handle, visibility_timeout):
        with sqs_lock:
            change(self, queue_name, receipt_handle, visibility_timeout)

    def add_message(self, message):
        with sqs_lock:
            add(self, message)

    def delete_message(self, receipt_handle):
        with sqs_lock:
            if receipt_handle in self.deleted_messages:
                return
            for index, message in enumerate(self._messages):
                if message.receipt_handle == receipt_handle or receipt_handle in message._old_receipt_handles:
                    self.pending_messages.discard(message)
                    self.deleted_messages.update(message.all_receipt_handles)
                    del self._messages[index]
                    return
        raise sqs.ReceiptHandleIsInvalid()

    def within_retention(self, queue_name, message):
        period = self.get_queue(queue_name).message_retention_period
        return period + message.sent_timestamp / 1000 > time.time()

    def deepcopy(self, memo):
        twin = copy.copy(self)
        twin.message_attributes = dict(self.message_attributes)
        return twin

    sqs.SQSBackend.receive_message = receive_message
    sqs.SQSBackend.change_message_visibility = change_message_visibility
    sqs.SQSBackend.is_message_valid_based_on_retention_period = within_retention
    sqs.Queue.add_message = add_message
    sqs.Queue.delete_message = delete_message
    sqs.Message.__deepcopy__ = deepcopy


def mend_condition_races():
    # moto reads an item or an object, evaluates the condition of a write, and then writes: between the two the threaded
    # server lets other requests in, so that several writers win whose conditions exclude each other. Items are also
    # changed in place, attribute by attribute, while readers look at them. So DynamoDB takes one request at a time, and S3 one
    # write; Python runs no more than one of them at once anyway.
    one_at_a_time(DynamoHandler, ["call_action"])
    one_at_a_time(S3Response, ["_key_response_put", "_key_response_post", "_key_response_delete"])


def one_at_a_time(owner, names):
    lock = threading.RLock()

    def locked(original):
        def call(*args, **kwargs):
            with lock:
                return original(*args, **kwargs)

        return call

    for name in names:
        setattr(owner, name, locked(getattr(owner, name)))


def mend_notifications():
    # S3's notifications name the object's version and order the events of a key: without either, an object that was
    # written again with the same content cannot be told from one that was announced twice.
    original = notifications._get_s3_event
    sequence = itertools.count(time.time_ns())

    def get_s3_event(event_name, bucket, key, notification_id):
        event = original(event_name, bucket, key, notification_id)
        described = event["Records"][0]["s3"]["object"]
        described["sequencer"] = f"{next(sequence):018X}"
        if bucket.is_versioned:
            described["versionId"] = key.version_id
        return event

    notifications._get_s3_event = get_s3_event


def mend_slow_spots():
    # Each request lists moto's own source folder to tell services from host names, and each SendMessage asks every
    # message of the queue for the time, three times over, by way of datetime objects.
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    sqs.unix_time_millis = lambda: time.time() * 1000


if __name__ == "__main__":
    main()
