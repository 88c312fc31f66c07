"""Starts moto's server for the local stack: launch.py FD

FD is a listening socket that the parent made, so that no port is guessed and then lost to somebody else.
The parent holds the other end of our standard input: when it goes away, however it dies, we go too.
"""

import base64
import copy
import itertools
import json
import logging
import os
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
import changes
import metrics
from botocore.config import Config
from moto import backends
from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import notifications
from moto.s3.models import FakeDeleteMarker
from moto.s3.responses import S3Response
from moto.sns import models as sns
from moto.sqs import models as sqs
from moto.stepfunctions import models as stepfunctions
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import StateTaskServiceAwsSdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import StateTaskServiceSfn
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils as lambda_eval
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as sdk_task,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_lambda as lambda_task,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_sfn as sfn_task,
)
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

sqs_lock = threading.RLock()
# As moto has it: the state machine's own definition says what is tried again, and for how long.
task_config = Config(
    parameter_validation=False,
    retries={"max_attempts": 0, "total_max_attempts": 1},
    connect_timeout=TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS,
    read_timeout=TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS,
)
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the front door is on this machine


def main():
    mend_state_machine_copy()
    mend_state_machine_calls()
    mend_state_machine_callers()
    mend_queue_attributes()
    mend_queue_races()
    mend_condition_races()
    mend_delete_markers()
    mend_inserts()
    mend_notifications()
    mend_slow_spots()
    mend_lambda_subscriptions()
    mend_state_machine_results()
    changes.mend()
    metrics.mend()
    metrics.QueueMetrics(sqs_lock)
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


def mend_state_machine_calls():
    # Step Functions names services and parameters as the SDK for Java does, eventbridge and Uuid; moto hands them to
    # Python's as they are, which has events and UUID. And an error without a request's id would be one of the state
    # machine's runtime, which nothing catches.
    def with_names(call):
        def eval_service_task(self, env, resource_runtime_part, normalised_parameters, state_credentials):
            client = sdk_task.boto_client_for(resource_runtime_part.region, self._get_boto_service_name())
            operation = client.meta.method_to_api_mapping.get(self._get_boto_service_action())
            if operation is not None:
                shape = client.meta.service_model.operation_model(operation).input_shape
                members = {name.lower(): name for name in (shape.members if shape else ())}
                normalised_parameters = {
                    members.get(name.lower(), name): value for name, value in normalised_parameters.items()
                }
            call(self, env, resource_runtime_part, normalised_parameters, state_credentials)

        return eval_service_task

    def with_request_id(fail):
        def from_error(self, env, ex):
            if isinstance(ex, sdk_task.ClientError):
                ex.response.setdefault("ResponseMetadata", {}).setdefault("RequestId", "")
            return fail(self, env, ex)

        return from_error

    sdk, sfn, function = (
        sdk_task.StateTaskServiceAwsSdk,
        sfn_task.StateTaskServiceSfn,
        lambda_task.StateTaskServiceLambda,
    )
    sdk._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["eventbridge"] = "events"
    for task in (sdk, sfn):
        task._eval_service_task = with_names(task._eval_service_task)
    for task in (sdk, sfn, function):
        task._from_error = with_request_id(task._from_error)


def mend_state_machine_callers():
    # State machines make their calls with made-up keys. Here the key is the name of the role that the state machine plays, so
    # that whoever sees the call knows which role has to allow it.
    def client_for(region, service, state_credentials=None):
        role = getattr(state_credentials, "role_arn", None) or "local"
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=role.split("/")[-1],
            aws_secret_access_key="local",
            endpoint_url=f"http://localhost:{os.environ['MOTO_PORT']}",
            config=task_config,
        )

    for module in (sdk_task, sfn_task, lambda_eval):
        module.boto_client_for = client_for


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
        # The queue's own timeout is the one that it has when a message comes, not when the poll began.
        queue = self.get_queue(queue_name)
        own = visibility == queue.visibility_timeout
        while True:
            with sqs_lock:
                hide = queue.visibility_timeout if own else visibility
                messages = receive(self, queue_name, count, 0, hide, attribute_names)
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


def mend_delete_markers():
    # moto disposes of all versions of a key that it removes from a bucket whose versioning was suspended, and fails at those that
    # are delete markers, which have nothing to dispose of: so Terraform could not empty a bucket.
    FakeDeleteMarker.dispose = lambda self: None


def one_at_a_time(owner, names):
    lock = threading.RLock()

    def locked(original):
        def call(*args, **kwargs):
            with lock:
                return original(*args, **kwargs)

        return call

    for name in names:
        setattr(owner, name, locked(getattr(owner, name)))


def mend_inserts():
    # PartiQL's INSERT fails in DynamoDB where there is an item of the key; moto overwrites that item. And for each statement moto
    # copies every item of every table. An INSERT with parameters is the conditional put that it stands for.
    form = re.compile(r"""INSERT INTO "([^"]+)" VALUE \{('\w+': \?(?:, '\w+': \?)*)\}""")
    original = DynamoDBBackend.batch_execute_statement

    def insert(self, table, item):
        if table not in self.tables:
            return {"Error": {"Code": "ResourceNotFound", "Message": "Requested resource not found"}}
        try:
            self.put_item(
                table,
                item,
                condition_expression="attribute_not_exists(#key)",
                expression_attribute_names={"#key": self.tables[table].hash_key_attr},
                expression_attribute_values={},
            )
        except ConditionalCheckFailed:
            return {
                "TableName": table,
                "Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
            }
        return {"TableName": table}

    def batch_execute_statement(self, statements):
        responses = []
        for statement in statements:
            match = form.fullmatch(statement["Statement"])
            if match is None:
                responses.extend(original(self, [statement]))
                continue
            names = re.findall(r"'(\w+)'", match[2])
            responses.append(insert(self, match[1], dict(zip(names, statement["Parameters"], strict=True))))
        return responses

    DynamoDBBackend.batch_execute_statement = batch_execute_statement


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


def mend_lambda_subscriptions():
    # moto would run a subscribed function in a container of its own, with a message that it makes up. The front door runs
    # the one that was deployed, and tries it again as Lambda does.
    original = sns.Subscription.publish

    def publish(self, message, message_id, subject=None, message_attributes=None, message_structure=None, **others):
        if self.protocol != "lambda":
            return original(
                self,
                message,
                message_id,
                subject=subject,
                message_attributes=message_attributes,
                message_structure=message_structure,
                **others,
            )
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return None
        if message_structure == "json":
            message = self._parse_message_structure(message, self.protocol)
        event = sns_event(self, message, message_id, subject, message_attributes)
        threading.Thread(target=invoke, args=(self.endpoint, event), daemon=True).start()
        return None

    sns.Subscription.publish = publish


def sns_event(subscription, message, message_id, subject, message_attributes):
    """The event of docs.aws.amazon.com/lambda/latest/dg/with-sns.html."""
    topic = subscription.topic.arn
    region = topic.split(":")[3]
    attributes = {}
    for name, value in (message_attributes or {}).items():
        content = value["Value"]
        if isinstance(content, bytes):
            content = base64.b64encode(content).decode()
        attributes[name] = {"Type": value["Type"], "Value": str(content)}
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription.arn,
                "EventSource": "aws:sns",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": topic,
                    "Subject": subject,
                    "Message": message,
                    "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime()) + f"{int(time.time() * 1000) % 1000:03d}Z",
                    "SignatureVersion": "1",
                    "Signature": "RXhhbXBsZQ==",
                    "SigningCertUrl": f"https://sns.{region}.amazonaws.com/SimpleNotificationService.pem",
                    "UnsubscribeUrl": f"https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
                    "MessageAttributes": attributes,
                },
            }
        ]
    }


def invoke(function, event):
    url = f"http://localhost:{os.environ['MOTO_PORT']}/2015-03-31/functions/{urllib.parse.quote(function, safe='')}/invocations"
    request = urllib.request.Request(
        url, json.dumps(event).encode(), {"X-Amz-Invocation-Type": "Event", "Content-Type": "application/json"}
    )
    try:
        direct.open(request, timeout=60).close()
    except (urllib.error.URLError, OSError) as error:
        logging.getLogger("sns").warning("deliver to %s: %s", function, error)


def mend_state_machine_results():
    # In state machines the names of all results begin with a capital, in the API of Step Functions with a small letter. moto
    # translates none of them.
    def normalise_response(self, response, *args, **kwargs):
        capitalise(response)

    def with_capitals(evaluate):
        def eval_service_task(self, env, *args, **kwargs):
            evaluate(self, env, *args, **kwargs)
            if self._get_boto_service_name() in ("sfn", "stepfunctions"):
                capitalise(env.stack[-1])

        return eval_service_task

    StateTaskServiceSfn._normalise_response = normalise_response
    for owner in (StateTaskServiceSfn, StateTaskServiceAwsSdk):
        owner._eval_service_task = with_capitals(owner._eval_service_task)


def capitalise(response):
    """Changes the names of a response and of the entries of its lists; inputs and outputs are data."""
    for key in list(response):
        value = response.pop(key)
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict):
                capitalise(each)
        response[key[0].upper() + key[1:]] = value


if __name__ == "__main__":
    main()
