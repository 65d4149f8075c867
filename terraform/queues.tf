# Each queue of the table with a dead-letter queue, and the event that invokes its consumer.

locals {
  retention_s = 14 * 24 * 3600

  # SQS lets Lambda run two at the least
  concurrency = { for queue, entry in local.queues : queue => entry.consumer == "planner" ? var.planner_concurrency : 2 }
}

resource "aws_sqs_queue" "dead" {
  for_each = local.queues

  name                      = "${var.name_prefix}-${each.key}-dlq"
  message_retention_seconds = local.retention_s
  sqs_managed_sse_enabled   = true
}

# A body that nobody understands is given back by its consumer with a visibility of seconds. This timeout is for what
# dies or is throttled: its job is the watchdog's meanwhile, so it may be long.
resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                       = "${var.name_prefix}-${each.key}"
  message_retention_seconds  = local.retention_s
  visibility_timeout_seconds = var.visibility_timeout_factor * local.functions[each.value.consumer].timeout_s
  sqs_managed_sse_enabled    = true
}

# Apart from the queues, so that Terraform makes all queues at once
resource "aws_sqs_queue_redrive_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
    maxReceiveCount     = each.value.max_receive_count
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.queues

  event_source_arn        = aws_sqs_queue.this[each.key].arn
  function_name           = module.function[each.value.consumer].arn
  batch_size              = each.value.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = local.concurrency[each.key]
  }

  depends_on = [aws_sqs_queue_redrive_policy.this] # no message may be tried before it can end as a dead letter
}
