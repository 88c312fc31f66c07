package configuration_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/configuration"
)

// exceptions are the variables of the project that refuse nothing.
var exceptions = []configuration.Exception{
	{".", "cost_coefficients", "a file that is missing or wrong is a warning of the forecast's check, and no reason to deploy nothing"},
	{"modules/destination", "environment", "module function refuses names that Lambda does"},
	{"modules/destination", "package", "module function's precondition refuses a zip that is not there"},
	{"modules/destination", "vpc", "module function refuses too few subnets and groups"},
	{"modules/function", "package", "a precondition refuses a zip that is not there, and says how to make it"},
	{"modules/replay", "package", "module function's precondition refuses a zip that is not there"},
}

// The project's own configuration keeps the rules.
func TestRepository(t *testing.T) {
	t.Parallel()
	modules, err := configuration.Read("../../terraform")
	require.NoError(t, err)
	variables, roles := 0, 0
	for _, m := range modules {
		variables += len(m.Variables)
		roles += len(m.Roles)
	}
	require.Greater(t, variables, 100, "the variables are found")
	require.Greater(t, roles, 5, "the roles are found")
	for _, wrong := range configuration.Check(modules, exceptions) {
		t.Error(wrong)
	}
}
