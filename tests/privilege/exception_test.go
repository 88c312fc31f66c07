package privilege_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/privilege"
)

func TestExcept(t *testing.T) {
	const queue = "arn:aws:sqs:us-east-1:123456789012:rumline-x-json"
	unused := []privilege.Right{
		{Role: "json", Action: "sqs:GetQueueAttributes", Resource: queue},
		{Role: "json", Action: "xray:PutTraceSegments", Resource: "*"},
		{Role: "json", Action: "kms:Decrypt", Resource: "arn:k", Condition: "kms:ViaService=sqs.us-east-1.amazonaws.com"},
		{Role: "replay", Action: "sqs:GetQueueAttributes", Resource: queue},
	}
	of := func(action, resource, condition string, roles ...string) privilege.Exception {
		return privilege.Exception{Roles: roles, Actions: []string{action}, Resource: resource, Condition: condition, Reason: "r"}
	}
	for name, c := range map[string]struct {
		exception privilege.Exception
		excused   []int
		idle      bool
	}{
		"one role":                     {of("sqs:GetQueueAttributes", "arn:aws:sqs:*:rumline-*", "", "json"), []int{0}, false},
		"both":                         {of("sqs:getqueueattributes", "arn:aws:sqs:*:rumline-*", "", "json", "replay"), []int{0, 3}, false},
		"one role too many":            {of("sqs:GetQueueAttributes", "arn:aws:sqs:*:rumline-*", "", "json", "parquet"), []int{0}, true},
		"roles have no patterns":       {of("sqs:GetQueueAttributes", "arn:aws:sqs:*:rumline-*", "", "*"), nil, true},
		"actions have no patterns":     {of("sqs:*", "arn:aws:sqs:*:rumline-*", "", "json"), nil, true},
		"another resource":             {of("sqs:GetQueueAttributes", "arn:aws:sqs:*:else-*", "", "json"), nil, true},
		"a star is no pattern":         {of("sqs:GetQueueAttributes", "*", "", "json"), nil, true},
		"a star is a star":             {of("xray:PutTraceSegments", "*", "", "json"), []int{1}, false},
		"condition":                    {of("kms:Decrypt", "arn:k", "kms:ViaService=sqs.*.amazonaws.com", "json"), []int{2}, false},
		"another condition":            {of("kms:Decrypt", "arn:k", "kms:ViaService=s3.*.amazonaws.com", "json"), nil, true},
		"a condition is not forgotten": {of("kms:Decrypt", "arn:k", "", "json"), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			left, idle := privilege.Except(unused, []privilege.Exception{c.exception})
			var want []privilege.Right
			for i, r := range unused {
				if !slices.Contains(c.excused, i) {
					want = append(want, r)
				}
			}
			require.Equal(t, want, left)
			require.Equal(t, c.idle, len(idle) == 1)
		})
	}
}

func TestExceptSaysWhichPartIsIdle(t *testing.T) {
	unused := []privilege.Right{{Role: "a", Action: "s:X", Resource: "*"}, {Role: "b", Action: "s:Y", Resource: "*"}}
	e := privilege.Exception{Roles: []string{"a", "b"}, Actions: []string{"s:X", "s:Y"}, Resource: "*", Reason: "r"}
	left, idle := privilege.Except(unused, []privilege.Exception{e})
	require.Empty(t, left)
	require.Equal(t, []privilege.Exception{
		{Roles: []string{"a"}, Actions: []string{"s:Y"}, Resource: "*", Reason: "r"},
		{Roles: []string{"b"}, Actions: []string{"s:X"}, Resource: "*", Reason: "r"},
	}, idle)
}

func TestCheckExceptions(t *testing.T) {
	good := func() privilege.Exception {
		return privilege.Exception{
			Roles: []string{"json"}, Actions: []string{"s3:GetObject"}, Resource: "arn:aws:s3:::rumline-*-raw-*/rum/*", Reason: "because",
		}
	}
	for name, c := range map[string]struct {
		change func(e *privilege.Exception)
		wrong  string
	}{
		"good":                     {func(*privilege.Exception) {}, ""},
		"nothing to name":          {func(e *privilege.Exception) { e.Resource = "*" }, ""},
		"a condition":              {func(e *privilege.Exception) { e.Condition = "kms:ViaService=s3.*.amazonaws.com" }, ""},
		"any condition":            {func(e *privilege.Exception) { e.Condition = "*" }, "condition"},
		"no reason":                {func(e *privilege.Exception) { e.Reason = " " }, "reason"},
		"no role":                  {func(e *privilege.Exception) { e.Roles = nil }, "roles"},
		"any role":                 {func(e *privilege.Exception) { e.Roles = []string{"json", "*"} }, "roles"},
		"some roles":               {func(e *privilege.Exception) { e.Roles = []string{"*-replay"} }, "roles"},
		"no action":                {func(e *privilege.Exception) { e.Actions = nil }, "actions"},
		"any action of a service":  {func(e *privilege.Exception) { e.Actions = []string{"kms:*"} }, "actions"},
		"any action":               {func(e *privilege.Exception) { e.Actions = []string{"*"} }, "actions"},
		"no action of any service": {func(e *privilege.Exception) { e.Actions = []string{"GetObject"} }, "actions"},
		"no resource":              {func(e *privilege.Exception) { e.Resource = "" }, "resource"},
		"any ARN":                  {func(e *privilege.Exception) { e.Resource = "arn:*" }, "resource"},
		"anything of a service":    {func(e *privilege.Exception) { e.Resource = "arn:aws:s3:::*" }, "resource"},
		"any service's":            {func(e *privilege.Exception) { e.Resource = "arn:aws:*:*:*:rumline-*" }, "resource"},
		"no ARN":                   {func(e *privilege.Exception) { e.Resource = "*/rumline/*" }, "resource"},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			c.change(&e)
			err := privilege.CheckExceptions([]privilege.Exception{good(), e})
			if c.wrong == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "exception 1")
			require.ErrorContains(t, err, c.wrong)
		})
	}
}
