# One page with what counts, from top to bottom: people, jobs, work that waits, functions, database.

locals {
  # The functions' own metrics, as functions/shared/metrics.py writes them
  agents           = [for name, function in local.functions : name if function.trigger == "planner"]
  database_users   = [for name, function in local.functions : name if contains(function.uses, "database")]
  models_users     = [for name, function in local.functions : name if contains(function.uses, "model") && local.has_model]
  own              = { for name in keys(local.functions) : name => ["deployment", var.name_prefix, "service", name] }
  job_metrics      = [["planner", "JobsCompleted"], ["planner", "JobsFailed"], ["watchdog", "JobsFailed"], ["watchdog", "JobsRescued"]]
  duration_metrics = concat([["planner", "JobDuration"]], [for agent in local.agents : [agent, "AgentDuration"]])
  model_metrics    = ["ModelInputTokens", "ModelOutputTokens", "ModelThrottles"]

  widgets = concat(local.standing_widgets, local.has_model ? [
    { title = "Tokens and throttled calls of the model", metrics = [for pair in setproduct(local.models_users, local.model_metrics) : concat([local.namespace, pair[1]], local.own[pair[0]], ["model", var.bedrock_model_id])], stat = "Sum" },
  ] : [])

  standing_widgets = [
    { title = "Jobs", metrics = [for pair in local.job_metrics : concat([local.namespace, pair[1]], local.own[pair[0]])], stat = "Sum" },
    { title = "Duration of jobs and agents in ms", metrics = [for pair in local.duration_metrics : concat([local.namespace, pair[1]], local.own[pair[0]])], stat = "p90" },
    { title = "Requests", metrics = [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.this.id]], stat = "Sum" },
    { title = "Latency of the API in ms", metrics = [["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.this.id]], stat = "p95" },
    { title = "Messages that wait", metrics = [for queue in aws_sqs_queue.this : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Dead letters", metrics = [for queue in aws_sqs_queue.dead : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Age of the oldest message in s", metrics = [for queue in aws_sqs_queue.this : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Calls at once", metrics = [for function in module.function : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", function.name]], stat = "Maximum" },
    { title = "Duration of calls in ms", metrics = [for function in module.function : ["AWS/Lambda", "Duration", "FunctionName", function.name]], stat = "p90" },
    { title = "Errors of functions", metrics = [for function in module.function : ["AWS/Lambda", "Errors", "FunctionName", function.name]], stat = "Sum" },
    { title = "Throttled calls", metrics = [for function in module.function : ["AWS/Lambda", "Throttles", "FunctionName", function.name]], stat = "Sum" },
    { title = "Progress writes that failed", metrics = [for name in concat(["planner"], local.agents) : concat([local.namespace, "ProgressWritesFailed"], local.own[name])], stat = "Sum" },
    { title = "Calls that met a paused database", metrics = [for name in local.database_users : concat([local.namespace, "DataApiResumes"], local.own[name])], stat = "Sum" },
    { title = "Capacity of the database", metrics = [["AWS/RDS", "ServerlessDatabaseCapacity", "DBClusterIdentifier", aws_rds_cluster.this.cluster_identifier]], stat = "Average" },
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
