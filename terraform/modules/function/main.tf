# One Lambda function with its role, its log and its alarms.

locals {
  own_log = {
    Sid       = "OwnLog"
    Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource  = ["${aws_cloudwatch_log_group.this.arn}:*"] # its streams
    Condition = null
  }
  statements = [for grant in concat([local.own_log], var.grants) : { for key, value in merge(grant, { Effect = "Allow" }) : key => value if value != null }]
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_115:reserving concurrency takes it from the others, and a new account has ten in all; the queues bound theirs
  # checkov:skip=CKV_AWS_116:nothing invokes it asynchronously; the queues have dead-letter queues
  # checkov:skip=CKV_AWS_117:it reaches the database through the Data API, and nothing in a network of ours
  # checkov:skip=CKV_AWS_272:the zips are built and applied on one machine; a signature would vouch for nobody else
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
    mode = "PassThrough" # to trace by itself it would need a right on every resource
  }

  # It must not write before its log group has a retention, nor run before its role may do what it does
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = fileexists(var.package)
      error_message = "There is no ${var.package}. Build it first: python3 -m uv run package_docker.py --arch ${var.arch}"
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
  description = "What the function ${var.name} may do."

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
