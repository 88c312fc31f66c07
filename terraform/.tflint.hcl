tflint {
  required_version = ">= 0.64"
}

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}
