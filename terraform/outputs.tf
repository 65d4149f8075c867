output "region" {
  description = "AWS region of the deployment."
  value       = var.region
}

output "name_prefix" {
  description = "Prefix of every resource name."
  value       = var.name_prefix
}

output "api_url" {
  description = "URL of the HTTP API."
  value       = local.api_url
}

output "page_url" {
  description = "URL of the page, where people start and follow analyses."
  value       = "${local.api_url}/"
}

output "api_id" {
  description = "Id of the HTTP API."
  value       = aws_apigatewayv2_api.this.id
}

output "jwt_issuer" {
  description = "Issuer of the tokens that the API accepts."
  value       = local.issuer
}

output "user_pool_id" {
  description = "Id of the Cognito user pool; null with your own issuer."
  value       = local.user_pool_id
}

output "user_pool_client_id" {
  description = "Client id of the page in the Cognito user pool; null with your own issuer."
  value       = local.user_pool_client_id
}

output "operators_client_id" {
  description = "Client id for signing in to the Cognito user pool with a password and AWS credentials (AdminInitiateAuth); null with your own issuer."
  value       = local.operators_client_id
}

output "sign_in_url" {
  description = "URL of Cognito's sign-in page, for the OAuth authorization code flow with PKCE; null with your own issuer."
  value       = local.own_issuer ? null : "${local.sign_in_url}/oauth2/authorize"
}

output "function_names" {
  description = "Names of the functions, by name in the manifest."
  value       = merge({ for name, function in module.function : name => function.name }, { migrator = module.migrator.name })
}

output "log_groups" {
  description = "Log groups of the functions by name in the manifest, of the API (`access`), the database and its network."
  value = merge(
    { for name, function in module.function : name => function.log_group },
    {
      migrator = module.migrator.log_group
      access   = aws_cloudwatch_log_group.access.name
      database = aws_cloudwatch_log_group.database.name
      network  = aws_cloudwatch_log_group.network.name
    },
  )
}

output "queue_urls" {
  description = "URLs of the queues, by name in the manifest."
  value       = { for name in keys(local.queues) : name => aws_sqs_queue.this[name].url }
}

output "dead_letter_queue_urls" {
  description = "URLs of the dead-letter queues, by the same names."
  value       = { for name in keys(local.queues) : name => aws_sqs_queue.this["${name}-dlq"].url }
}

output "cluster_arn" {
  description = "ARN of the database cluster, for the RDS Data API."
  value       = aws_rds_cluster.this.arn
}

output "database" {
  description = "Name of the database."
  value       = aws_rds_cluster.this.database_name
}

output "secret_arn" {
  description = "ARN of the secret of the database owner, for operators."
  value       = local.master_secret_arn
}

output "user_secret_arns" {
  description = "ARNs of the secrets of the functions' database users, by user: api, workers."
  value       = { for user, secret in aws_secretsmanager_secret.database_user : user => secret.arn }
}

output "bedrock_model_id" {
  description = "Model that writes the prose; empty if templates do."
  value       = var.bedrock_model_id
}

output "bedrock_model_arn" {
  description = "ARN of the model or inference profile that the functions may call; null without one."
  value       = local.has_model ? local.model_arn : null
}

output "dashboard_url" {
  description = "URL of the dashboard in the AWS console."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "next_steps" {
  description = "Commands to run next, from the top of the repository. Paste any line; choose YOU@EXAMPLE.COM and PASSWORD."
  value = join("\n", concat(
    local.own_issuer ? ["# TOKEN is a token of your issuer."] : [
      "# Create a first user and their token:",
      "aws cognito-idp admin-create-user --region ${var.region} --user-pool-id ${local.user_pool_id} --username YOU@EXAMPLE.COM --message-action SUPPRESS",
      "aws cognito-idp admin-set-user-password --region ${var.region} --user-pool-id ${local.user_pool_id} --username YOU@EXAMPLE.COM --permanent --password 'PASSWORD'",
      "TOKEN=$(aws cognito-idp admin-initiate-auth --region ${var.region} --user-pool-id ${local.user_pool_id} --client-id ${local.operators_client_id} --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters 'USERNAME=YOU@EXAMPLE.COM,PASSWORD=PASSWORD' --query AuthenticationResult.AccessToken --output text)",
    ],
    [
      "",
      "# Check that the API responds:",
      "curl ${local.api_url}/health",
      "",
      "# Analyze a sample portfolio:",
      "curl -X POST -H \"Authorization: Bearer $TOKEN\" ${local.api_url}/api/populate-test-data",
      "curl -X POST -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{\"analysis_type\": \"portfolio\"}' ${local.api_url}/api/analyze",
      "python3 -m uv run scripts/watch_analysis.py --api-url ${local.api_url} --token \"$TOKEN\"",
      "",
      "# For operators: the planner's log until Ctrl-C, all users' jobs, the progress flag, and, after `terraform apply`, messages for jobs that lost theirs:",
      "python3 -m uv run scripts/tail_logs.py planner ${local.operator_arguments}",
      "python3 -m uv run scripts/check_jobs.py ${local.operator_arguments} ${local.database_arguments}",
      "python3 -m uv run scripts/toggle_progress.py status ${local.operator_arguments}",
      "python3 -m uv run scripts/redrive.py --unfinished ${local.operator_arguments} ${local.database_arguments}",
    ],
  ))
}

locals {
  api_url             = aws_apigatewayv2_api.this.api_endpoint
  user_pool_id        = one(aws_cognito_user_pool.this[*].id)
  user_pool_client_id = one(aws_cognito_user_pool_client.this[*].id)
  operators_client_id = one(aws_cognito_user_pool_client.operators[*].id)
  operator_arguments  = "--aws --region ${var.region} --name-prefix ${var.name_prefix}"
  database_arguments  = "--cluster-arn ${aws_rds_cluster.this.arn} --secret-arn ${local.master_secret_arn}"
}
