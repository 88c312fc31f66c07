package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/replay"
)

// TestProdIsConfirmed: whatever changes prod wants a word, and nothing is done without it.
func TestProdIsConfirmed(t *testing.T) {
	changing := map[string][]string{
		"replay":   {"replay", "-dest", "json", "-no-follow"},
		"stop":     {"replay", "-stop", "arn:x"},
		"backfill": {"backfill", "-dest", "json", "-prefix", "rum/"},
		"force":    {"backfill", "-dest", "json", "-prefix", "rum/", "-force"},
		"pause":    {"pause", "-dest", "json"},
		"resume":   {"resume", "-dest", "json"},
		"unpark":   {"dlq-unpark", "-dest", "json", "-all"},
	}
	for name, command := range changing {
		for how, test := range map[string]struct {
			env, typed string
			terminal   bool
			yes        bool
			code       int
		}{
			"no terminal":         {env: "prod", code: 2},
			"another word":        {env: "prod", terminal: true, typed: "yes\n", code: 2},
			"nothing":             {env: "prod", terminal: true, code: 2},
			"its name":            {env: "prod", terminal: true, typed: "prod\n"},
			"-yes":                {env: "prod", yes: true},
			"dev":                 {env: "dev", code: map[bool]int{true: 2}[name == "force"]},
			"dev, with the name":  {env: "dev", terminal: true, typed: "dev"},
			"dev, with prod's":    {env: "dev", terminal: true, typed: "prod", code: map[bool]int{true: 2}[name == "force"]},
			"another environment": {env: "qa", yes: true, code: 1},
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				a := newAccount(t, test.env)
				if test.env == "qa" {
					a.Workspace = "elsewhere"
				}
				a.versioned()
				a.put("rum/a", "x")
				a.sfn.next = &run{}
				park(t, a, "json", "p1", `{"Records":[]}`)
				a.lambda.states["m-json"] = []string{map[bool]string{true: "Disabled", false: "Enabled"}[name == "resume"]}
				a.terminal, a.typed = test.terminal, test.typed
				args := append([]string{command[0], "-env", test.env}, command[1:]...)
				if test.yes {
					args = append(args, "-yes")
				}
				_, code := a.oncall(args...)
				require.Equal(t, test.code, code, a.notes.String())
				changed := len(a.sfn.executions) + len(a.sfn.stopped) + len(a.lambda.updates) + a.queues.sent
				require.Equal(t, code == 0, changed > 0)
			})
		}
	}
}

func TestDryRunsAskNothing(t *testing.T) {
	a := newAccount(t, "prod")
	a.versioned()
	a.put("rum/a", "x")
	a.sfn.next = &run{looks: []look{succeeded(t, replay.Report{Outcome: replay.DryRun})}}
	for _, args := range [][]string{
		{"replay", "-env", "prod", "-dest", "json", "-dry-run"},
		{"backfill", "-env", "prod", "-dest", "json", "-prefix", "rum/", "-force", "-dry-run"},
	} {
		_, code := a.oncall(args...)
		require.Equal(t, 0, code)
	}
	require.Zero(t, a.queues.sent)
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		nil,
		{"delete"},
		{"status"},
		{"status", "-env", "dev", "now"},
		{"status", "-env", "dev", "-wat"},
		{"status", "-env", "dev", "-watch", "-json"},
		{"status", "-env", "dev", "-watch", "-every", "1ms"},
		{"status", "-env", "dev", "-dest", "nowhere"},
		{"dlq", "-env", "dev", "-sample", "0"},
		{"dlq-show", "-env", "dev"},
		{"dlq-show", "-env", "dev", "-dest", "json", "-limit", "0"},
		{"dlq-show", "-env", "dev", "-dest", "json", "-code", "nonsense"},
		{"replay", "-env", "dev"},
		{"replay", "-env", "dev", "-dest", "json", "-code", "nonsense"},
		{"replay", "-env", "dev", "-dest", "json", "-max", "-1"},
		{"replay", "-env", "dev", "-dest", "json", "-older", "-1h"},
		{"replay", "-env", "dev", "-follow", "a", "-stop", "b"},
		{"backfill", "-env", "dev", "-dest", "json"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "quarantine/"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-rate", "-1"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-since", "1h", "-until", "2h"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-since", "yesterday"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-name", "x"},
		{"backfill", "-env", "dev", "-dest", "json", "-prefix", "rum/", "-force", "-name", "a b"},
		{"pause", "-env", "dev"},
		{"resume", "-env", "dev"},
		{"dlq-parked", "-env", "dev"},
		{"dlq-parked", "-env", "dev", "-dest", "json", "-limit", "0"},
		{"dlq-unpark", "-env", "dev", "-dest", "json"},
		{"dlq-unpark", "-env", "dev", "-dest", "json", "-all", "p1"},
	} {
		a := newAccount(t, "dev")
		out, code := a.oncall(args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, out)
		require.NotEmpty(t, a.notes.String())
	}
	a := newAccount(t, "dev")
	_, code := a.oncall("replay", "-h")
	require.Equal(t, 0, code)
	require.Contains(t, a.notes.String(), "usage: oncall replay")
	_, code = a.oncall("status", "-env", "preprod")
	require.Equal(t, 1, code)
	require.Equal(t, "there is no workspace preprod here", a.notes.String())
}
