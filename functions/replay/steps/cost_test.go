package steps

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/replay"
)

// definition is what a walk through the state machine needs of it.
type definition struct {
	StartAt string
	States  map[string]struct {
		Type          string
		Next, Default string
		Choices       []struct{ Variable, StringEquals, Next string }
		ItemProcessor struct {
			StartAt string
			States  map[string]struct{ End bool }
		}
		End bool
	}
}

func load(t *testing.T) definition {
	t.Helper()
	text, err := os.ReadFile("../../../terraform/modules/replay/replay.asl.json")
	require.NoError(t, err)
	text = regexp.MustCompile(`\$\{[a-z_.]+\}`).ReplaceAll(text, []byte("1"))
	var d definition
	require.NoError(t, json.Unmarshal(text, &d))
	return d
}

// walk plays a replay of so many messages in which nothing fails, with the real begin, tally and finish of each execution, and
// counts the states that are entered: that is what Step Functions takes money for.
func walk(t *testing.T, messages int64, lanes, batchSize int) (transitions, executions int) {
	t.Helper()
	d, w := load(t), newWorld()
	input := replay.Input{Destination: "json"}
	for again := true; again; executions++ {
		state := State{Input: input, Target: Target{BatchSize: int64(batchSize)}, Limit: -1, StartedAt: now}
		state.plan(deployment.Destination{ReservedConcurrency: lanes, TimeoutSeconds: 120}, messages)
		for name := d.StartAt; ; transitions++ {
			s, ok := d.States[name]
			require.True(t, ok, name)
			switch {
			case name == "Tally":
				state = w.tally(t.Context(), state)
			case s.Type == "Map":
				require.True(t, s.ItemProcessor.States[s.ItemProcessor.StartAt].End, "a lane is one state")
				for _, lane := range state.Lanes {
					look, _ := state.quota(lane)
					r := result(int64(look), 0)
					messages -= int64(look)
					state.Results = append(state.Results, r)
					transitions++
				}
			}
			if s.End {
				transitions++
				break
			}
			name = s.Next
			if s.Type == "Choice" {
				name = s.Default
				for _, c := range s.Choices {
					require.Equal(t, "$.action", c.Variable)
					if c.StringEquals == string(state.Action) {
						name = c.Next
					}
				}
			}
		}
		if again = state.Action == actionAgain; again {
			input.Before = &replay.Before{Totals: state.Totals, Budget: state.Budget, Depth: state.Depth, StartedAt: state.StartedAt}
		}
	}
	require.Zero(t, messages)
	return transitions, executions
}

// The README of the module and of the project quote these numbers.
func TestTransitionsAreBilledByTheBatch(t *testing.T) {
	t.Parallel()
	const dollars = 25.0 / 1_000_000 // a transition; aws.amazon.com/step-functions/pricing, us-east-1
	for _, test := range []struct {
		messages               int64
		lanes, batch           int
		transitions, execution int
		cost                   string
	}{
		{1, 1, 1000, 8, 1, "$0.00020"},
		{1_000, 1, 1000, 8, 1, "$0.00020"},
		{1_000, 4, 1000, 11, 1, "$0.00028"},
		{1_000_000, 1, 1000, 4_012, 3, "$0.10030"},
		{1_000_000, 4, 1000, 1_758, 2, "$0.04395"},
		{1_000_000, 1, 100, 40_100, 25, "$1.00250"},
	} {
		t.Run(fmt.Sprint(test.messages, test.lanes, test.batch), func(t *testing.T) {
			t.Parallel()
			transitions, executions := walk(t, test.messages, test.lanes, test.batch)
			require.Equal(t, test.transitions, transitions)
			require.Equal(t, test.execution, executions)
			require.Equal(t, test.cost, fmt.Sprintf("$%.5f", float64(transitions)*dollars))
		})
	}
}

// Every action that a step can decide on leads somewhere.
func TestActionsLeadToStates(t *testing.T) {
	t.Parallel()
	d := load(t)
	leads := map[string]string{}
	for _, c := range d.States["Decide"].Choices {
		leads[c.StringEquals] = c.Next
	}
	require.Equal(t, map[string]string{"replay": "Round", "probe": "Probe", "pace": "Pace", "wait": "CoolDown"}, leads)
	require.Equal(t, "Finish", d.States["Decide"].Default)
	require.Equal(t, "Begin", d.States["CoolDown"].Next)
}
