# One Lambda function with its role, log group and alarms.

locals {
  own_log = {
    Sid       = "OwnLog"
    Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource  = ["${aws_cloudwatch_log_group.this.arn}:*"] # its log streams
    Condition = null
  }
  statements = [for grant in concat([local.own_log], var.grants) : { for key, value in merge(grant, { Effect = "Allow" }) : key => value if value != null }]
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_115:reserved concurrency is taken from the other functions, and a new account has ten in all; the queues' maximum concurrency bounds the planner and dead_letters, the planners bound the agents that they invoke, a deployment runs one migrator, and nothing bounds the api's concurrency except the account: the stage's throttling limits its requests per second
  # checkov:skip=CKV_AWS_116:nothing invokes it asynchronously; the queues have dead-letter queues
  # checkov:skip=CKV_AWS_117:it reaches the database through the Data API and needs nothing inside the VPC
  # checkov:skip=CKV_AWS_272:the zips are built and applied on one machine, so a signature would add no protection
  function_name    = var.name
  description      = var.description
  role             = aws_iam_role.this.arn
  runtime          = "python3.13"
  architectures    = [var.arch]
  handler          = var.handler
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  memory_size      = var.memory_mb
  timeout          = var.timeout_s
  kms_key_arn      = var.kms_key_arn

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "PassThrough" # active tracing needs a permission on all resources
  }

  # The log group must have its retention before the first log line, and the role its permissions before the first
  # invocation
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = fileexists(var.package)
      error_message = "${var.package} does not exist. Build it first: python3 -m uv run package_docker.py --arch ${var.arch}"
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Permissions of the function ${var.name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = "grants"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
