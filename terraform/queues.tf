# The queues of the manifest, each with its dead-letter queue, and the mappings that invoke their consumers.

locals {
  # Dead-letter queues have consumers too, so they are created like the others
  all_queues = merge(
    { for name, queue in local.queues : name => { consumer = queue.consumer, batch_size = queue.batch_size, retention_days = queue.retention_days } },
    { for name, queue in local.queues : "${name}-dlq" => queue.dead_letters },
  )

  visibility_timeout_s = { for name, queue in local.all_queues : name => local.functions[queue.consumer].timeout_s + local.manifest.visibility_margin_s }

  planner_concurrency = coalesce(var.planner_concurrency, local.functions.api.environment.PLANNER_CONCURRENCY)

  # Lambda's minimum is two
  concurrency = { for name, queue in local.all_queues : name => queue.consumer == "planner" ? local.planner_concurrency : 2 }
}

resource "aws_sqs_queue" "this" {
  for_each = local.all_queues

  name                       = "${var.name_prefix}-${each.key}"
  message_retention_seconds  = each.value.retention_days * 24 * 3600
  visibility_timeout_seconds = local.visibility_timeout_s[each.key]
  sqs_managed_sse_enabled    = true
}

# Separate from the queues, so that Terraform creates all queues in parallel
resource "aws_sqs_queue_redrive_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.this["${each.key}-dlq"].arn
    maxReceiveCount     = each.value.max_receive_count # functions/functions.yaml
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this["${each.key}-dlq"].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.all_queues

  event_source_arn        = aws_sqs_queue.this[each.key].arn
  function_name           = module.function[each.value.consumer].arn
  batch_size              = each.value.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = local.concurrency[each.key]
  }

  depends_on = [aws_sqs_queue_redrive_policy.this] # set the redrive policy before any message is received
}
