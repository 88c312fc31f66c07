package message

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"
)

// Slack's limits, in characters. It refuses a message that is beyond one of them.
// https://docs.slack.dev/reference/block-kit/blocks
const (
	maxHeader = 150
	maxText   = 3000
	maxField  = 2000
	maxFields = 10
	maxBlocks = 50
)

// compose makes the message; its title is also what notifications show.
func compose(title string, blocks []slack.Block) *slack.WebhookMessage {
	header := slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, cut(oneLine(title), maxHeader), true, false))
	all := append([]slack.Block{header}, blocks...)
	all = all[:min(len(all), maxBlocks)]
	return &slack.WebhookMessage{Text: cut(escape(oneLine(title)), maxText), Blocks: &slack.Blocks{BlockSet: all}}
}

// text is a paragraph of Slack's markup, in which everything foreign is escaped already.
func text(markup string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, cut(markup, maxText), false, false), nil, nil)
}

// code shows a text letter by letter.
func code(s string) slack.Block {
	return text(fence + cut(escape(s), maxText-2*len(fence)) + fence)
}

// field is a line of a table: a name and its value in Slack's markup.
type field struct{ name, value string }

// table shows those of the fields that have a value, side by side.
func table(fields ...field) []slack.Block {
	var shown []*slack.TextBlockObject
	for _, f := range fields {
		if f.value != "" {
			shown = append(shown, slack.NewTextBlockObject(slack.MarkdownType, cut("*"+f.name+"*\n"+f.value, maxField), false, false))
		}
	}
	if len(shown) == 0 {
		return nil
	}
	return []slack.Block{slack.NewSectionBlock(nil, shown[:min(len(shown), maxFields)], nil)}
}

// when is a point in time that each reader sees in his own time zone.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("<!date^%d^{date_short_pretty} {time_secs}|%s>", t.Unix(), t.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// link is a link, if there is an address that can be one.
func link(address, name string) string {
	const longest = 1000 // two of them fit a text
	if len(address) > longest || !strings.HasPrefix(address, "https://") || strings.ContainsAny(address, "|<> \n") {
		return ""
	}
	return "<" + strings.ReplaceAll(address, "&", "&amp;") + "|" + name + ">"
}

// fence begins and ends what is shown letter by letter.
const fence = "```"

// escape keeps Slack from reading links, mentions and fences out of a text.
func escape(s string) string { return strings.ReplaceAll(slackutilsx.EscapeMessage(s), fence, "'''") }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens a text to at most n characters, and not within an escape.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	kept := string([]rune(s)[:n-1])
	if i := strings.LastIndexByte(kept, '&'); i >= 0 && len(kept)-i < len("&amp;") && !strings.Contains(kept[i:], ";") {
		kept = kept[:i]
	}
	return kept + "…"
}
