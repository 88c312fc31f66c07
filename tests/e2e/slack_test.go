package e2e

import (
	"strings"
	"testing"
)

// awaitSlack waits until people were told something in a message that begins so.
func (p *pipeline) awaitSlack(t *testing.T, beginning string) {
	t.Helper()
	await(t, "Slack was told: "+beginning, func() (bool, any) {
		var told []string
		for _, m := range p.stack.Slack() {
			if strings.HasPrefix(m.Text, beginning) {
				return true, nil
			}
			told = append(told, m.Text)
		}
		return false, told
	})
}
