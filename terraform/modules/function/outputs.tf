output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN, without a version."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "The ARN with which API Gateway invokes it."
  value       = aws_lambda_function.this.invoke_arn
}

output "code_hash" {
  description = "The hash of its zip."
  value       = aws_lambda_function.this.source_code_hash
}

output "log_group" {
  description = "The name of its log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy" {
  description = "The policy of its role, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "alarms" {
  description = "Its alarms by metric: errors, throttles, duration."
  value       = aws_cloudwatch_metric_alarm.this
}
