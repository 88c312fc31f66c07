# One destination: the topic's messages wait in queue.tf until the function of function.tf has delivered them, with the
# rights of iam.tf and no others.

locals {
  # Six attempts of the function fit in, so that a throttled batch is not handed out again while it is worked on.
  # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  visibility_timeout_seconds = coalesce(
    var.visibility_timeout_seconds,
    6 * var.timeout_seconds + var.batch_window_seconds,
  )

  # The queue is where the topic is. Its ARN is put together, so that what names it need not wait for it: the policy is part of
  # the queue's creation, and the function is created meanwhile. Each step with a queue takes the provider 25 s.
  topic     = provider::aws::arn_parse(var.topic_arn)
  queue_arn = provider::aws::arn_build(local.topic.partition, "sqs", local.topic.region, local.topic.account_id, var.name)
  dlq_arn   = "${local.queue_arn}-dlq"

  seconds_per_day = 86400
}
