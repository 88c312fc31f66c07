// Package slack is a Slack that takes messages at an incoming webhook, and keeps them for whoever looks.
package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"
)

// kept is how many messages are kept, the last ones.
const kept = 1000

// maxBody bounds a message, in bytes. Slack's own limit is below.
const maxBody = 1 << 20

// Message is a message as it was posted.
type Message struct {
	// Text is the text in short: that of the message, else those of its blocks.
	Text string
	// Body is the whole of it, JSON.
	Body json.RawMessage
	At   time.Time
}

// Slack takes messages until Close.
type Slack struct {
	server *http.Server
	url    string
	take   func(Message)

	mu       sync.Mutex
	messages []Message
}

// path is a secret, as in Slack's own URLs: it is all that a poster has to know.
const path = "/services/T0LOCAL/B0LOCAL/localrumline"

// Start returns a Slack on a free port of 127.0.0.1. take is called with each message; nil is nobody.
func Start(ctx context.Context, take func(Message)) (*Slack, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for Slack: %w", err)
	}
	if take == nil {
		take = func(Message) {}
	}
	s := &Slack{url: "http://" + listener.Addr().String() + path, take: take}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+path, s.post)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener) //nolint:errcheck // always the error that says it was closed
	return s, nil
}

// URL is that of the webhook.
func (s *Slack) URL() string { return s.url }

// Messages are the last messages, oldest first.
func (s *Slack) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Close ends it.
func (s *Slack) Close() error {
	if err := s.server.Close(); err != nil {
		return fmt.Errorf("stop Slack: %w", err)
	}
	return nil
}

// post answers as Slack does: "ok", or what is wrong in a word.
func (s *Slack) post(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	var posted slackapi.WebhookMessage
	if json.Unmarshal(body, &posted) != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	text := Summary(posted)
	if text == "" {
		http.Error(w, "no_text", http.StatusBadRequest)
		return
	}
	m := Message{Text: text, Body: body, At: time.Now()}
	s.mu.Lock()
	s.messages = append(s.messages, m)
	if over := len(s.messages) - kept; over > 0 {
		s.messages = s.messages[over:]
	}
	s.mu.Unlock()
	s.take(m)
	io.WriteString(w, "ok") //nolint:errcheck,gosec // a client that is gone
}

// Summary is a message on one line: its text, and those of its blocks that say more.
func Summary(m slackapi.WebhookMessage) string {
	parts := []string{m.Text}
	if m.Blocks != nil {
		parts = append(parts, blockTexts(m.Blocks.BlockSet)...)
	}
	for _, a := range m.Attachments {
		parts = append(parts, a.Text)
		parts = append(parts, blockTexts(a.Blocks.BlockSet)...)
	}
	var kept []string
	for _, part := range parts {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, " | ")
}

func blockTexts(blocks []slackapi.Block) (texts []string) {
	add := func(t *slackapi.TextBlockObject) {
		if t != nil {
			texts = append(texts, t.Text)
		}
	}
	for _, each := range blocks {
		switch b := each.(type) {
		case *slackapi.HeaderBlock:
			add(b.Text)
		case *slackapi.SectionBlock:
			add(b.Text)
			for _, field := range b.Fields {
				add(field)
			}
		case *slackapi.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				if t, ok := e.(*slackapi.TextBlockObject); ok {
					add(t)
				}
			}
		}
	}
	return texts
}
