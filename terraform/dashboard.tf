# The dashboard, from top to bottom: jobs, requests, queues, functions, database.

locals {
  # The functions' own metrics, from functions/shared/metrics.py
  agents             = [for name, function in local.functions : name if function.trigger == "planner"]
  database_functions = [for name, user in local.database_user : name if user != null]
  model_users        = [for name, function in local.functions : name if contains(function.uses, "model") && local.has_model]
  own                = { for name in keys(local.functions) : name => ["deployment", var.name_prefix, "service", name] }
  job_metrics        = [["planner", "JobsCompleted"], ["planner", "JobsFailed"], ["planner", "JobsRetried"], ["dead_letters", "JobsGivenUp"]]
  duration_metrics   = concat([["planner", "QueueWait"], ["planner", "JobDuration"]], [for agent in local.agents : [agent, "AgentDuration"]])
  model_metrics      = ["ModelInputTokens", "ModelOutputTokens", "ModelThrottles", "ModelTokensAbandoned"]
  writers            = [for name in local.model_users : name if contains(local.agents, name)]
  passage_metrics    = ["PassagesAccepted", "PassagesRepaired", "PassagesReplaced"]

  work_queues        = [for name in keys(local.queues) : aws_sqs_queue.this[name].name]
  dead_letter_queues = [for name in keys(local.queues) : aws_sqs_queue.this["${name}-dlq"].name]

  widgets = concat(local.standing_widgets, local.has_model ? [
    { title = "Model tokens and throttled calls", metrics = [for pair in setproduct(local.model_users, local.model_metrics) : concat([local.namespace, pair[1]], local.own[pair[0]], ["model", var.bedrock_model_id])], stat = "Sum" },
    { title = "Duration of model calls (ms)", metrics = [for name in local.model_users : concat([local.namespace, "ModelLatency"], local.own[name], ["model", var.bedrock_model_id])], stat = "p90" },
    { title = "Passages by the model, and replaced by templates", metrics = [for pair in setproduct(local.writers, local.passage_metrics) : concat([local.namespace, pair[1]], local.own[pair[0]], ["model", var.bedrock_model_id])], stat = "Sum" },
  ] : [])

  standing_widgets = [
    { title = "Jobs", metrics = [for pair in local.job_metrics : concat([local.namespace, pair[1]], local.own[pair[0]])], stat = "Sum" },
    { title = "Queue wait, duration of jobs and agents (ms)", metrics = [for pair in local.duration_metrics : concat([local.namespace, pair[1]], local.own[pair[0]])], stat = "p90" },
    { title = "Requests", metrics = [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.this.id]], stat = "Sum" },
    { title = "API latency (ms)", metrics = [["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.this.id]], stat = "p95" },
    { title = "Waiting and running messages", metrics = [for pair in setproduct(local.work_queues, ["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"]) : ["AWS/SQS", pair[1], "QueueName", pair[0]]], stat = "Maximum" },
    { title = "Dead letters", metrics = concat([for queue in local.queues : ["AWS/Lambda", "Invocations", "FunctionName", module.function[queue.dead_letters.consumer].name]], [for queue in local.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue]]), stat = "Sum" },
    { title = "Age of the oldest message (s)", metrics = [for queue in aws_sqs_queue.this : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Concurrent invocations", metrics = [for function in module.function : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", function.name]], stat = "Maximum" },
    { title = "Duration of invocations (ms)", metrics = [for function in module.function : ["AWS/Lambda", "Duration", "FunctionName", function.name]], stat = "p90" },
    { title = "Function errors", metrics = [for function in module.function : ["AWS/Lambda", "Errors", "FunctionName", function.name]], stat = "Sum" },
    { title = "Throttled invocations", metrics = [for function in module.function : ["AWS/Lambda", "Throttles", "FunctionName", function.name]], stat = "Sum" },
    { title = "Failed progress writes", metrics = [for name in concat(["planner"], local.agents) : concat([local.namespace, "ProgressWritesFailed"], local.own[name])], stat = "Sum" },
    { title = "Statements that found the database paused", metrics = [for name in local.database_functions : concat([local.namespace, "DataApiResumes"], local.own[name])], stat = "Sum" },
    { title = "Database capacity (ACU)", metrics = [["AWS/RDS", "ServerlessDatabaseCapacity", "DBClusterIdentifier", aws_rds_cluster.this.cluster_identifier]], stat = "Average" },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name_prefix
  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = var.region
          view    = "timeSeries"
          stat    = widget.stat
          period  = 60
          metrics = widget.metrics
        }
      }
    ]
  })
}
