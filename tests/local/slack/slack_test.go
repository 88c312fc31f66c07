package slack_test

import (
	"testing"

	slackapi "github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/slack"
)

func TestWebhook(t *testing.T) {
	var taken []string
	s, err := slack.Start(t.Context(), func(m slack.Message) { taken = append(taken, m.Text) })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	text := func(s string) *slackapi.TextBlockObject {
		return slackapi.NewTextBlockObject(slackapi.MarkdownType, s, false, false)
	}
	require.NoError(t, slackapi.PostWebhookContext(t.Context(), s.URL(), &slackapi.WebhookMessage{
		Text: "broken", Blocks: &slackapi.Blocks{BlockSet: []slackapi.Block{
			slackapi.NewHeaderBlock(slackapi.NewTextBlockObject(slackapi.PlainTextType, "ALARM", false, false)),
			slackapi.NewSectionBlock(text("what\n  broke"), []*slackapi.TextBlockObject{text("since when")}, nil),
			slackapi.NewDividerBlock(),
			slackapi.NewContextBlock("", text("runbook")),
		}},
	}))
	require.NoError(t, slackapi.PostWebhookContext(t.Context(), s.URL(), &slackapi.WebhookMessage{Text: "mended"}))
	require.ErrorContains(t, slackapi.PostWebhookContext(t.Context(), s.URL(), &slackapi.WebhookMessage{}), "400")
	require.ErrorContains(t, slackapi.PostWebhookContext(t.Context(), s.URL()+"x", &slackapi.WebhookMessage{Text: "lost"}), "404")
	want := []string{"broken | ALARM | what broke | since when | runbook", "mended"}
	assert.Equal(t, want, taken)
	messages := s.Messages()
	require.Len(t, messages, 2)
	assert.Equal(t, want[0], messages[0].Text)
	assert.Contains(t, string(messages[0].Body), `"type":"divider"`)
}
