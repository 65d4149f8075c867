# Each function may do what its `uses` in functions/functions.yaml say, on the things they name, and nothing else.

mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = aws_sqs_queue.this["analysis-jobs"]
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs" }
}

override_resource {
  target = aws_sqs_queue.this["watchdog"]
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-watchdog" }
}

run "no_role_has_a_wildcard" {
  assert {
    condition = alltrue(flatten([
      for function in concat(values(module.function), [module.migrator]) : [
        for statement in jsondecode(function.policy).Statement : [
          for name in concat(statement.Action, statement.Resource) : !strcontains(name, "*") || name == "arn:aws:logs:us-east-1:123456789012:log-group:own:*"
        ]
      ]
    ]))
    error_message = "Actions and resources are named one by one; only the streams of a function's own log are not."
  }
}

run "a_reporter_reads_and_writes_the_database_as_the_functions_user" {
  assert {
    condition = [for statement in jsondecode(module.function["reporter"].policy).Statement : [statement.Sid, statement.Action]] == [
      ["OwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"]],
      ["Database", ["rds-data:ExecuteStatement"]],
      ["DatabaseUser", ["secretsmanager:GetSecretValue"]],
      ["KeyOfTheSecret", ["kms:Decrypt"]],
    ]
    error_message = "The reporter's grants."
  }

  assert {
    condition     = jsondecode(module.function["reporter"].policy).Statement[2].Resource == [aws_secretsmanager_secret.application.arn]
    error_message = "The owner's secret is not the functions'."
  }
}

run "a_tagger_without_a_model_only_logs" {
  assert {
    condition     = [for statement in jsondecode(module.function["tagger"].policy).Statement : statement.Sid] == ["OwnLog"]
    error_message = "The tagger's grants."
  }
}

run "a_planner_invokes_its_agents_and_takes_its_own_messages" {
  assert {
    condition = one([for statement in jsondecode(module.function["planner"].policy).Statement : statement.Resource if statement.Sid == "Invoke"]) == [
      for agent in ["tagger", "reporter", "charter", "retirement"] : "arn:aws:lambda:us-east-1:123456789012:function:alex-${agent}"
    ]
    error_message = "The planner invokes its agents, no other function."
  }

  assert {
    condition     = one([for statement in jsondecode(module.function["planner"].policy).Statement : statement.Resource if statement.Sid == "Consume"]) == ["arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs"]
    error_message = "The planner consumes its queue."
  }

  assert {
    condition     = length([for statement in jsondecode(module.function["planner"].policy).Statement : 1 if statement.Sid == "Send"]) == 0
    error_message = "The planner sends nothing."
  }
}

run "only_the_migrator_signs_in_as_the_owner" {
  assert {
    condition = { for statement in jsondecode(module.migrator.policy).Statement : statement.Resource[0] => statement.Action if startswith(statement.Sid, "DatabaseUser") || statement.Sid == "DatabaseOwner" } == {
      (local.master_secret_arn)                   = ["secretsmanager:GetSecretValue"]
      (aws_secretsmanager_secret.application.arn) = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
    }
    error_message = "The migrator reads the owner's secret, and writes that of the functions' user."
  }

  assert {
    condition     = alltrue([for function in module.function : !strcontains(function.policy, local.master_secret_arn)])
    error_message = "No other function gets at the owner's secret."
  }
}

run "a_model_may_be_called_by_those_that_use_one" {
  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = { for name, function in module.function : name => one([for statement in jsondecode(function.policy).Statement : statement.Resource if statement.Sid == "Model"]) } == {
      api        = null
      planner    = null
      watchdog   = null
      charter    = null
      tagger     = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
      reporter   = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
      retirement = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
    }
    error_message = "The agents that word texts call this model, and no other function calls any."
  }
}

run "an_inference_profile_reaches_its_model_only_through_itself" {
  variables {
    bedrock_model_id = "us.amazon.nova-pro-v1:0"
  }

  assert {
    condition = [
      for statement in jsondecode(module.function["reporter"].policy).Statement : [statement.Resource[0], try(statement.Condition.StringEquals["bedrock:InferenceProfileArn"], "")]
      if strcontains(statement.Sid, "Profile")
      ] == [
      ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0", ""],
      ["arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0"],
    ]
    error_message = "The model in another region is open for this profile's calls only."
  }
}

run "only_the_planner_reads_the_key_of_the_price_source" {
  variables {
    price_source     = "fmp"
    price_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prices-AbCdEf"
  }

  assert {
    condition     = [for name, function in module.function : name if strcontains(function.policy, "KeyOfThePrices")] == ["planner"]
    error_message = "Only the planner asks for prices."
  }

  assert {
    condition     = one([for statement in jsondecode(module.function["planner"].policy).Statement : statement.Resource if statement.Sid == "KeyOfThePrices"]) == ["arn:aws:secretsmanager:us-east-1:123456789012:secret:prices-AbCdEf"]
    error_message = "The key of the price source is the planner's."
  }
}

run "a_price_source_needs_its_key" {
  command = plan

  variables {
    price_source = "fmp"
  }

  expect_failures = [var.price_source]
}
