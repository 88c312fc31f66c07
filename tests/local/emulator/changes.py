"""What moto takes when something is made, and not when it is changed: encryption by another key."""

from moto.dynamodb.responses import DynamoHandler
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse


def mend():
    LogsResponse.associate_kms_key = associate_kms_key
    LogsResponse.disassociate_kms_key = disassociate_kms_key
    LogsBackend.set_kms_key = set_kms_key
    DynamoHandler.update_table = with_encryption(DynamoHandler.update_table)


def associate_kms_key(self):
    self.logs_backend.set_kms_key(self._get_param("logGroupName"), self._get_param("kmsKeyId"))
    return ""


def disassociate_kms_key(self):
    self.logs_backend.set_kms_key(self._get_param("logGroupName"), None)
    return ""


def set_kms_key(self, group, key):
    if group not in self.groups:
        raise ResourceNotFoundException()
    self.groups[group].kms_key_id = key


def with_encryption(original):
    def update_table(self):
        encryption = self.body.get("SSESpecification")
        if encryption:
            self.dynamodb_backend.get_table(self.body["TableName"]).sse_specification = encryption
        return original(self)

    return update_table
