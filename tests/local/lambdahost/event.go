package lambdahost

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// envelope is what an event has around and between its records: {"Records":[…,…]}.
const (
	envelopeBegin, envelopeEnd = `{"Records":[`, `]}`
	envelopeSize               = len(envelopeBegin) + len(envelopeEnd)
)

// message is a received message together with the record that the function gets for it.
type message struct {
	id, receipt string
	record      json.RawMessage
}

// record is Lambda's form of an SQS message.
type record struct {
	MessageID              string               `json:"messageId"`
	ReceiptHandle          string               `json:"receiptHandle"`
	Body                   string               `json:"body"`
	Attributes             map[string]string    `json:"attributes"`
	MessageAttributes      map[string]attribute `json:"messageAttributes"`
	MD5OfMessageAttributes string               `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody              string               `json:"md5OfBody"`
	EventSource            string               `json:"eventSource"`
	EventSourceARN         string               `json:"eventSourceARN"`
	AWSRegion              string               `json:"awsRegion"`
}

type attribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func newMessage(m types.Message, queueARN string) (message, error) {
	r := record{
		MessageID:              aws.ToString(m.MessageId),
		ReceiptHandle:          aws.ToString(m.ReceiptHandle),
		Body:                   aws.ToString(m.Body),
		Attributes:             m.Attributes,
		MessageAttributes:      map[string]attribute{},
		MD5OfMessageAttributes: aws.ToString(m.MD5OfMessageAttributes),
		MD5OfBody:              aws.ToString(m.MD5OfBody),
		EventSource:            "aws:sqs",
		EventSourceARN:         queueARN,
		AWSRegion:              regionOf(queueARN),
	}
	for name, a := range m.MessageAttributes {
		r.MessageAttributes[name] = attribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: aws.ToString(a.DataType),
			StringListValues: []string{}, BinaryListValues: [][]byte{},
		}
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		return message{}, fmt.Errorf("encode message %s: %w", r.MessageID, err)
	}
	return message{id: r.MessageID, receipt: r.ReceiptHandle, record: encoded}, nil
}

// event is the payload for a batch.
func event(batch []message) []byte {
	size := envelopeSize
	for _, m := range batch {
		size += len(m.record) + 1
	}
	payload := append(make([]byte, 0, size), envelopeBegin...)
	for i, m := range batch {
		if i > 0 {
			payload = append(payload, ',')
		}
		payload = append(payload, m.record...)
	}
	return append(payload, envelopeEnd...)
}
