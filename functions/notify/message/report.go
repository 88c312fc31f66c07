package message

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/rumline/rumline/shared/replay"
)

// report tells how a replay ended.
func report(environment string, r replay.Report) *slack.WebhookMessage {
	emoji, words := outcome(r.Outcome)
	if r.GaveUp {
		emoji, words = ":red_circle:", "The automatic replay gave up. "+words
	}
	blocks := []slack.Block{text(words)}
	blocks = append(blocks, table(
		field{"Environment", escape(environment)}, field{"Destination", escape(r.Destination)},
		field{"Examined", count(r.Examined)}, field{"Chosen", count(r.Matched)},
		field{"Delivered", count(r.Delivered)}, field{"Parked", count(r.Parked)},
		field{"Left", count(r.Left)}, field{"Started", when(r.StartedAt)},
		field{"Took", took(r)}, field{"Started by", escape(r.Input.By)},
	)...)
	if len(r.LeftBy) > 0 {
		var lines []string
		for _, c := range slices.Sorted(maps.Keys(r.LeftBy)) {
			lines = append(lines, fmt.Sprintf("%s: %s", escape(string(c)), count(r.LeftBy[c])))
		}
		blocks = append(blocks, text("*Left, by why they failed again*\n"+strings.Join(lines, "\n")))
	}
	if r.Error != "" {
		blocks = append(blocks, code(r.Error))
	}
	return compose(fmt.Sprintf("%s Replay of %s: %s (%s)", emoji, r.Destination, r.Outcome, environment), blocks)
}

func outcome(o replay.Outcome) (emoji, words string) {
	switch o {
	case replay.Complete:
		return ":large_green_circle:", "Every message that was chosen is delivered or parked."
	case replay.Partial:
		return ":large_yellow_circle:", "Some messages failed again, or were more than were asked for. They stay in the dead-letter queue."
	case replay.Continued:
		return ":large_blue_circle:", "Another execution goes on with it."
	case replay.Unhealthy:
		return ":red_circle:", "The destination did not become well in time. Nothing is lost: the messages stay in the dead-letter queue."
	case replay.Superseded:
		return ":large_blue_circle:", "Another replay of this destination is at work."
	case replay.DryRun:
		return ":white_circle:", "A dry run: this is what would become of the messages. Nothing was changed."
	default:
		return ":speech_balloon:", "It ended: " + escape(string(o))
	}
}

func took(r replay.Report) string {
	if r.StartedAt.IsZero() || r.EndedAt.Before(r.StartedAt) {
		return ""
	}
	return r.EndedAt.Sub(r.StartedAt).Round(1e9).String()
}

func count(n int64) string { return strconv.FormatInt(n, 10) }
