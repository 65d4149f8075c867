# A message is tried again by itself, no sooner than its consumer has certainly ended, and ends as a dead letter.

mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = aws_sqs_queue.dead["analysis-jobs"]
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq" }
}

run "a_taken_message_is_hidden_for_six_times_its_consumers_timeout" {
  assert {
    condition     = { for name, queue in aws_sqs_queue.this : name => queue.visibility_timeout_seconds } == { analysis-jobs = 3600, watchdog = 60 }
    error_message = "Six times 600 s and 10 s."
  }
}

run "and_never_for_less_than_the_timeout" {
  variables {
    visibility_timeout_factor = 1
  }

  assert {
    condition     = alltrue([for name, queue in aws_sqs_queue.this : queue.visibility_timeout_seconds >= local.functions[local.queues[name].consumer].timeout_s])
    error_message = "Lambda refuses a queue whose messages come back while their consumer is at work."
  }
}

run "what_can_not_be_processed_becomes_a_dead_letter" {
  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_policy.this["analysis-jobs"].redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq", maxReceiveCount = 3 }
    error_message = "After three tries."
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.dead : queue.message_retention_seconds == 14 * 24 * 3600])
    error_message = "Dead letters stay for two weeks."
  }
}

run "batches_are_answered_in_part_and_planners_are_bounded" {
  variables {
    planner_concurrency = 5
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.this : mapping.function_response_types == toset(["ReportBatchItemFailures"])])
    error_message = "One bad message does not bring back the others of its batch."
  }

  assert {
    condition     = { for name, mapping in aws_lambda_event_source_mapping.this : name => mapping.scaling_config[0].maximum_concurrency } == { analysis-jobs = 5, watchdog = 2 }
    error_message = "The planners' number is the variable."
  }
}
