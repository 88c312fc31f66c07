package message_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/notify/message"
)

var update = flag.Bool("update", false, "write the golden files")

var reader = message.Reader{Environment: "prod", AlarmPrefix: "rumline-prod-"}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, subject string }{
		{"metric_alarm.json", "ALARM: \"rumline-prod-clickhouse-dlq-depth\" in EU (Frankfurt)"},
		{"metric_alarm_resolved.json", ""},
		{"composite_alarm.json", ""},
		{"global_alarm.json", ""},
		{"replay_report.json", ""},
		{"budget.txt", "AWS Budgets: rumline-prod has exceeded your alert threshold"},
		{"unknown.json", ""},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			got := encode(t, reader.Read(tt.subject, read(t, tt.file)))
			golden := filepath.Join("testdata", strings.TrimSuffix(tt.file, filepath.Ext(tt.file))+".golden.json")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

func TestNothingToTell(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ from, to string }{
		"data is missing":             {"OK", "INSUFFICIENT_DATA"},
		"data is missing in an alarm": {"ALARM", "INSUFFICIENT_DATA"},
		"the alarm was made":          {"INSUFFICIENT_DATA", "OK"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Nil(t, reader.Read("", alarm(t, map[string]string{"OldStateValue": tt.from, "NewStateValue": tt.to})))
		})
	}
}

func TestAbout(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"rumline-prod-json-message-age":           ":red_circle: json: message-age (prod)",
		"rumline-prod-a-b-function-errors":        ":red_circle: a-b: function-errors (prod)",
		"rumline-prod-a-b-failure-ledger-refused": ":red_circle: a-b: failure-ledger-refused (prod)",
		"rumline-prod-json":                       ":red_circle: json (prod)",
		"rumline-prod-replay-gave-up":             ":red_circle: replay-gave-up (prod)",
		"somebody-elses":                          ":red_circle: somebody-elses (prod)",
	}
	for name, title := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := reader.Read("", alarm(t, map[string]string{"AlarmName": name, "NewStateValue": "ALARM"}))
			assert.Equal(t, title, got.Text)
		})
	}
}

// Whatever arrives, Slack takes the message.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]string{"ASCII": "x", "escapes": "&", "emoji": "🔥", "fences": "```"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			long := strings.Repeat(unit, 10_000)
			for _, body := range []string{
				long,
				alarm(t, map[string]string{
					"AlarmName": "rumline-prod-" + long, "NewStateValue": "ALARM", "NewStateReason": long, "StateChangeTime": long,
					"AlarmDescription": long + "\nRun: " + long + "\nRunbook: https://" + long,
				}),
				`{"kind":"replay_report","environment":` + quote(t, long) + `,"report":{"destination":` + quote(t, long) + `,"error":` + quote(t, long) + `}}`,
				quote(t, long),
			} {
				requireTaken(t, reader.Read(long, body))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add("subject", string(content))
	}
	f.Add("", `{"AlarmName":"a","NewStateValue":"ALARM","TriggeringChildren":[{}]}`)
	f.Add("", `null`)
	f.Fuzz(func(t *testing.T, subject, body string) {
		if m := reader.Read(subject, body); m != nil {
			requireTaken(t, m)
		}
	})
}

// requireTaken holds a message against Slack's rules.
func requireTaken(t *testing.T, m *slack.WebhookMessage) {
	t.Helper()
	require.NotEmpty(t, m.Text)
	require.LessOrEqual(t, len(m.Blocks.BlockSet), 50)
	for _, b := range m.Blocks.BlockSet {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			requireText(t, b.Text, 150)
		case *slack.SectionBlock:
			require.LessOrEqual(t, len(b.Fields), 10)
			require.True(t, b.Text != nil || len(b.Fields) > 0)
			if b.Text != nil {
				requireText(t, b.Text, 3000)
			}
			for _, field := range b.Fields {
				requireText(t, field, 2000)
			}
		default:
			t.Fatalf("a %T has no limits here", b)
		}
	}
}

func requireText(t *testing.T, text *slack.TextBlockObject, limit int) {
	t.Helper()
	require.NotEmpty(t, text.Text)
	require.True(t, utf8.ValidString(text.Text))
	require.LessOrEqual(t, utf8.RuneCountInString(text.Text), limit)
	if text.Type == slack.MarkdownType {
		require.NotContains(t, text.Text, "<!channel")
		require.NotContains(t, text.Text, "<@")
	}
	if strings.HasPrefix(text.Text, "```") {
		require.True(t, strings.HasSuffix(text.Text, "```"), "the fence is closed")
	}
}

func alarm(t *testing.T, fields map[string]string) string {
	t.Helper()
	all := map[string]string{"AlarmName": "rumline-prod-json-duration", "NewStateValue": "ALARM"}
	maps.Copy(all, fields)
	b, err := json.Marshal(all)
	require.NoError(t, err)
	return string(b)
}

func quote(t *testing.T, s string) string {
	t.Helper()
	b, err := json.Marshal(s)
	require.NoError(t, err)
	return string(b)
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	return string(content)
}

func encode(t *testing.T, m *slack.WebhookMessage) string {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(m))
	return out.String()
}
