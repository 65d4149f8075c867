# Queues, dead-letter queues and event source mappings follow from the manifest.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_resource {
  override_during = plan
  target          = aws_sqs_queue.this["analysis-jobs"]
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs" }
}

override_resource {
  override_during = plan
  target          = aws_sqs_queue.this["analysis-jobs-dlq"]
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq" }
}

run "queues_follow_from_the_manifest" {
  command = plan

  assert {
    condition     = { for name, queue in aws_sqs_queue.this : name => queue.visibility_timeout_seconds } == { "analysis-jobs" = 620, "analysis-jobs-dlq" = 50 }
    error_message = "600 s and 30 s, plus 20 s. Lambda refuses a queue that hides messages for less than the timeout."
  }

  assert {
    condition     = { for name, policy in aws_sqs_queue_redrive_policy.this : name => jsondecode(policy.redrive_policy) } == { "analysis-jobs" = { deadLetterTargetArn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq", maxReceiveCount = 60 } }
    error_message = "After 60 receives. The dead-letter queue has no receive limit."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.this["analysis-jobs"].redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs"]
    error_message = "Only its own queue may use a dead-letter queue."
  }

  assert {
    condition     = { for name, queue in aws_sqs_queue.this : name => queue.message_retention_seconds } == { "analysis-jobs" = 7 * 24 * 3600, "analysis-jobs-dlq" = 14 * 24 * 3600 }
    error_message = "A dead letter expires by the time at which it was first sent: 7 days leave it 7 more."
  }
}

run "each_queue_invokes_its_consumer" {
  command = plan

  variables {
    planner_concurrency = 5
    events_kept_days    = 30
  }

  assert {
    condition     = { for name, mapping in aws_lambda_event_source_mapping.this : name => [mapping.function_name, mapping.event_source_arn] } == { for name, queue in local.all_queues : name => [module.function[queue.consumer].arn, aws_sqs_queue.this[name].arn] }
    error_message = "The planner consumes analysis-jobs, dead_letters its dead-letter queue."
  }

  assert {
    condition     = { for name, queue in local.all_queues : name => queue.consumer } == { "analysis-jobs" = "planner", "analysis-jobs-dlq" = "dead_letters" }
    error_message = "The planner consumes analysis-jobs, dead_letters its dead-letter queue."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.function_response_types == toset(["ReportBatchItemFailures"]) && mapping.batch_size == 1])
    error_message = "A returned message is not a function error."
  }

  assert {
    condition     = { for name, mapping in aws_lambda_event_source_mapping.this : name => mapping.scaling_config[0].maximum_concurrency } == { "analysis-jobs" = 5, "analysis-jobs-dlq" = 2 }
    error_message = "planner_concurrency bounds the planners."
  }

  assert {
    condition     = [local.environment["api"].PLANNER_CONCURRENCY, local.environment["api"].EVENTS_KEPT_DAYS, local.environment["api"].JOBS_KEPT_DAYS] == ["5", "30", "730"]
    error_message = "The api estimates from the first when a waiting job starts; a variable that is not set leaves the manifest's value."
  }
}
