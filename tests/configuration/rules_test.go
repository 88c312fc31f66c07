package configuration_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/configuration"
)

// good is a root that calls a module with a role, and a test of what each refuses.
var good = map[string]string{
	"variables.tf": `
variable "permissions_boundary_arn" {
  description = "Bounds roles"
  type        = string
  default     = null
  validation {
    condition     = true
    error_message = "never"
  }
}`,
	"main.tf": `
module "f" {
  source                   = "./modules/f"
  size                     = 1
  permissions_boundary_arn = var.permissions_boundary_arn
}`,
	"tests/root.tftest.hcl": `
run "refuses" {
  command         = plan
  expect_failures = [var.permissions_boundary_arn]
}`,
	"modules/f/main.tf": `
resource "aws_iam_role" "main" {
  name                 = "f"
  permissions_boundary = var.permissions_boundary_arn
}`,
	"modules/f/variables.tf": `
variable "permissions_boundary_arn" {
  description = "Bounds the role"
  type        = string
  default     = null
  validation {
    condition     = true
    error_message = "never"
  }
}

variable "size" {
  description = "How large"
  type        = number
  validation {
    condition     = var.size > 0
    error_message = "too small"
  }
}

variable "quick" {
  description = "Whether it is quick"
  type        = bool
}`,
	"modules/f/tests/f.tftest.hcl": `
run "refuses" {
  command         = plan
  expect_failures = [var.permissions_boundary_arn, var.size]
}`,
	".terraform/modules/x/x.tf": `variable "fetched" {}`,
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const size, validation = "modules/f/variables.tf", "  validation {\n    condition     = var.size > 0\n    error_message = \"too small\"\n  }\n"
	for name, c := range map[string]struct {
		file, old, text string
		exceptions      []configuration.Exception
		wrong           []string
	}{
		"good":           {},
		"no type":        {size, "  type        = number\n", "", nil, []string{"modules/f: variable size has no type"}},
		"no description": {size, `"How large"`, `" "`, nil, []string{"modules/f: variable size has no description"}},
		"no validation":  {size, validation, "", nil, []string{"modules/f: variable size refuses nothing: it needs a validation"}},
		"an exception":   {size, validation, "", []configuration.Exception{{"modules/f", "size", "r"}}, nil},
		"any type, unvalidated": {
			size, "number\n" + validation, "any\n",
			[]configuration.Exception{{"modules/f", "size", "r"}},
			[]string{"modules/f: variable size may be of any type, and refuses nothing"},
		},
		"another type": {size, "= bool", "= string", nil, []string{"modules/f: variable quick refuses nothing: it needs a validation"}},
		"no test":      {"modules/f/tests/f.tftest.hcl", ", var.size", "", nil, []string{"modules/f: no test shows what variable size refuses"}},
		"another module's test": {
			"tests/root.tftest.hcl", "[var.permissions_boundary_arn]", "[var.size]", nil,
			[]string{".: no test shows what variable permissions_boundary_arn refuses"},
		},
		"an exception for nothing": {
			"", "", "",
			[]configuration.Exception{{"modules/f", "size", "r"}, {"modules/g", "size", "r"}},
			[]string{"modules/f: variable size needs no exception", "modules/g: variable size needs no exception"},
		},
		"an exception for a bool":       {"", "", "", []configuration.Exception{{"modules/f", "quick", "r"}}, []string{"modules/f: variable quick needs no exception"}},
		"an exception without a reason": {size, validation, "", []configuration.Exception{{"modules/f", "size", " "}}, []string{"modules/f: the exception for variable size has no reason"}},
		"a role without a boundary": {
			"modules/f/main.tf", "  permissions_boundary = var.permissions_boundary_arn\n", "", nil,
			[]string{"modules/f: aws_iam_role.main has no permissions_boundary = var.permissions_boundary_arn"},
		},
		"a role with another boundary": {
			"modules/f/main.tf", "var.permissions_boundary_arn", `"arn"`, nil,
			[]string{"modules/f: aws_iam_role.main has no permissions_boundary = var.permissions_boundary_arn"},
		},
		"a module without the boundary": {
			"main.tf", "  permissions_boundary_arn = var.permissions_boundary_arn\n", "", nil,
			[]string{".: module f is not given permissions_boundary_arn = var.permissions_boundary_arn"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range good {
				if file == c.file {
					require.Contains(t, text, c.old)
					text = strings.Replace(text, c.old, c.text, 1)
				}
				path := filepath.Join(dir, filepath.FromSlash(file))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			}
			modules, err := configuration.Read(dir)
			require.NoError(t, err)
			require.Len(t, modules, 2)
			require.Equal(t, c.wrong, configuration.Check(modules, c.exceptions))
		})
	}
}

func TestReadSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.tf"), []byte("variable {"), 0o600))
	_, err := configuration.Read(dir)
	require.ErrorContains(t, err, "main.tf")
	_, err = configuration.Read(filepath.Join(dir, "nowhere"))
	require.Error(t, err)
}
