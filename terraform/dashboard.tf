# One page with what counts, from top to bottom: people, jobs, work that waits, functions, database.

locals {
  widgets = [
    { title = "Requests", metrics = [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.this.id]], stat = "Sum" },
    { title = "Latency of the API in ms", metrics = [["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.this.id]], stat = "p95" },
    { title = "Messages that wait", metrics = [for queue in aws_sqs_queue.this : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Dead letters", metrics = [for queue in aws_sqs_queue.dead : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Age of the oldest message in s", metrics = [for queue in aws_sqs_queue.this : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue.name]], stat = "Maximum" },
    { title = "Calls at once", metrics = [for function in module.function : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", function.name]], stat = "Maximum" },
    { title = "Duration of calls in ms", metrics = [for function in module.function : ["AWS/Lambda", "Duration", "FunctionName", function.name]], stat = "p90" },
    { title = "Errors of functions", metrics = [for function in module.function : ["AWS/Lambda", "Errors", "FunctionName", function.name]], stat = "Sum" },
    { title = "Throttled calls", metrics = [for function in module.function : ["AWS/Lambda", "Throttles", "FunctionName", function.name]], stat = "Sum" },
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
