package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	eb "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/rumline/rumline/tests/local/lambdahost"
)

// Host runs functions.
type Host interface {
	InvokeAsync(lambdahost.Request) error
}

// rules, machines and queues are what a bus needs of AWS.
type (
	rules interface {
		ListRules(context.Context, *eb.ListRulesInput, ...func(*eb.Options)) (*eb.ListRulesOutput, error)
		ListTargetsByRule(context.Context, *eb.ListTargetsByRuleInput, ...func(*eb.Options)) (*eb.ListTargetsByRuleOutput, error)
	}
	machines interface {
		StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
	}
	queues interface {
		GetQueueUrl(context.Context, *sqs.GetQueueUrlInput, ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error)
		SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
	}
)

// Bus gives events to the targets of the default bus's rules: state machines, functions and queues.
type Bus struct {
	rules    rules
	machines machines
	queues   queues
	host     Host
	failed   atomic.Int64
}

// NewBus returns a bus with the rules of the stack's AWS.
func NewBus(config aws.Config, host Host) *Bus {
	return &Bus{rules: eb.NewFromConfig(config), machines: sfn.NewFromConfig(config), queues: sqs.NewFromConfig(config), host: host}
}

// Failed is how many events a rule could not be held against, or a target did not get.
func (b *Bus) Failed() int64 { return b.failed.Load() }

// Put gives an event to the targets of all rules that match it. Its error has all that went wrong; the other targets have
// got the event nevertheless.
func (b *Bus) Put(ctx context.Context, e Event) error {
	event, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	var failures []error
	failed := func(err error) {
		b.failed.Add(1)
		failures = append(failures, err)
	}
	var token *string
	for {
		page, err := b.rules.ListRules(ctx, &eb.ListRulesInput{NextToken: token})
		if err != nil {
			failed(fmt.Errorf("read the rules: %w", err))
			break
		}
		for _, rule := range page.Rules {
			if rule.State != types.RuleStateEnabled || aws.ToString(rule.EventPattern) == "" {
				continue
			}
			matched, err := Match([]byte(*rule.EventPattern), event)
			if err != nil {
				failed(fmt.Errorf("rule %s: %w", aws.ToString(rule.Name), err))
				continue
			}
			if !matched {
				continue
			}
			for _, err := range b.dispatch(ctx, aws.ToString(rule.Name), event) {
				failed(fmt.Errorf("rule %s: %w", aws.ToString(rule.Name), err))
			}
		}
		if token = page.NextToken; aws.ToString(token) == "" {
			break
		}
	}
	return errors.Join(failures...)
}

func (b *Bus) dispatch(ctx context.Context, rule string, event []byte) (failures []error) {
	var token *string
	for {
		page, err := b.rules.ListTargetsByRule(ctx, &eb.ListTargetsByRuleInput{Rule: &rule, NextToken: token})
		if err != nil {
			return append(failures, fmt.Errorf("read its targets: %w", err))
		}
		for _, target := range page.Targets {
			if err := b.give(ctx, target, rule, event); err != nil {
				failures = append(failures, fmt.Errorf("target %s: %w", aws.ToString(target.Arn), err))
			}
		}
		if token = page.NextToken; aws.ToString(token) == "" {
			return failures
		}
	}
}

func (b *Bus) give(ctx context.Context, target types.Target, rule string, event []byte) error {
	in := Input{Constant: target.Input, Path: target.InputPath}
	if t := target.InputTransformer; t != nil {
		in.Template, in.Paths = t.InputTemplate, t.InputPathsMap
	}
	input, err := in.Of(event, rule)
	if err != nil {
		return err
	}
	arn := strings.Split(aws.ToString(target.Arn), ":")
	if len(arn) < 6 {
		return errors.New("that is no ARN")
	}
	switch arn[2] {
	case "states":
		start := &sfn.StartExecutionInput{StateMachineArn: target.Arn, Input: aws.String(string(input))}
		_, err = b.machines.StartExecution(ctx, start, func(o *sfn.Options) {
			o.Credentials = lambdahost.Credentials(aws.ToString(target.RoleArn))
		})
	case "lambda":
		err = b.host.InvokeAsync(lambdahost.Request{Function: *target.Arn, Payload: input})
	case "sqs":
		var queue *sqs.GetQueueUrlOutput
		if queue, err = b.queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &arn[5]}); err == nil {
			_, err = b.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String(string(input))})
		}
	default:
		err = errors.New("it is none of those known here: a state machine, a function, a queue")
	}
	if err != nil {
		return fmt.Errorf("give it the event: %w", err)
	}
	return nil
}
