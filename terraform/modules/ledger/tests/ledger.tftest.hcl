mock_provider "aws" {}

variables {
  name        = "rumline-test-ledger"
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/test"
}

run "remembers_by_id_until_it_expires" {
  assert {
    condition     = aws_dynamodb_table.main.hash_key == "id" && [for a in aws_dynamodb_table.main.attribute : "${a.name} ${a.type}"] == ["id S"] && aws_dynamodb_table.main.range_key == null
    error_message = "The table's only key must be the string id."
  }

  assert {
    condition     = aws_dynamodb_table.main.ttl[0].enabled && aws_dynamodb_table.main.ttl[0].attribute_name == "expires"
    error_message = "Items must leave the table when expires has passed."
  }

  assert {
    condition     = aws_dynamodb_table.main.billing_mode == "PAY_PER_REQUEST"
    error_message = "The table must be paid by the request."
  }
}

run "is_encrypted_with_the_key" {
  command = plan

  assert {
    condition     = one(aws_dynamodb_table.main.server_side_encryption).enabled && one(aws_dynamodb_table.main.server_side_encryption).kms_key_arn == "arn:aws:kms:us-east-1:123456789012:key/test"
    error_message = "The table must be encrypted with the key: ${jsonencode(aws_dynamodb_table.main.server_side_encryption)}"
  }
}

run "is_not_lost" {
  assert {
    condition     = aws_dynamodb_table.main.point_in_time_recovery[0].enabled
    error_message = "The table must be restorable."
  }

  assert {
    condition     = aws_dynamodb_table.main.deletion_protection_enabled
    error_message = "Nobody may delete the table unless somebody asked for force_destroy."
  }
}

run "is_destroyed_on_request" {
  variables {
    force_destroy = true
  }

  assert {
    condition     = !aws_dynamodb_table.main.deletion_protection_enabled
    error_message = "force_destroy must lift the protection."
  }
}

run "refuses_a_name_that_dynamodb_lacks" {
  command = plan

  variables {
    name = "rumline/ledger"
  }

  expect_failures = [var.name]
}

# Each of these is refused by itself.
run "refuses_what_nothing_is_called" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:alias/test"
  }

  expect_failures = [var.kms_key_arn]
}
