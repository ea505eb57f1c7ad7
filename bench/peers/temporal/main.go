// Temporal: a workflow of three activities, on the development server with SQLite.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

type assignment struct {
	URL         string `json:"url"`
	Path        string `json:"path"`
	Concurrency int    `json:"concurrency"`
}

type order = map[string]any

const (
	queue = "steps"
	// pollers is the number of long polls for workflow tasks and for activities each.
	pollers = 16
)

// Work is the activity of each step.
func Work(_ context.Context, given order) (order, error) {
	given["checked"] = true
	return given, nil
}

// Order is the workflow.
func Order(ctx workflow.Context, given order) (order, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	for range 3 {
		if err := workflow.ExecuteActivity(ctx, Work, given).Get(ctx, &given); err != nil {
			return nil, err
		}
	}
	return given, nil
}

func main() {
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(text string) error {
	var asked assignment
	if err := json.Unmarshal([]byte(text), &asked); err != nil {
		return err
	}
	orders, err := readOrders(asked.Path)
	if err != nil {
		return err
	}
	logger := log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	connection, err := client.Dial(client.Options{HostPort: asked.URL, Logger: logger})
	if err != nil {
		return err
	}
	defer connection.Close()
	steps := worker.New(connection, queue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: pollers,
		MaxConcurrentActivityTaskPollers: pollers,
	})
	steps.RegisterWorkflow(Order)
	steps.RegisterActivity(Work)
	if err := steps.Start(); err != nil {
		return err
	}
	startedAt := time.Now()
	if err := runAll(connection, asked.Concurrency, orders); err != nil {
		return err
	}
	seconds := time.Since(startedAt).Seconds()
	steps.Stop()
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"seconds": seconds,
		"settings": map[string]any{
			"workflowsAtOnce": asked.Concurrency, "workflowTaskPollers": pollers, "activityTaskPollers": pollers,
		},
	})
}

func runAll(connection client.Client, atOnce int, orders []order) error {
	rest := make(chan order)
	failed := make(chan error, atOnce)
	var starters sync.WaitGroup
	for range atOnce {
		starters.Go(func() {
			for given := range rest {
				if err := runOne(connection, given); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for _, given := range orders {
		select {
		case rest <- given:
		case err := <-failed:
			return err
		}
	}
	close(rest)
	starters.Wait()
	close(failed)
	return <-failed
}

func runOne(connection client.Client, given order) error {
	options := client.StartWorkflowOptions{ID: fmt.Sprintf("order-%v", given["order"]), TaskQueue: queue}
	run, err := connection.ExecuteWorkflow(context.Background(), options, Order, given)
	if err != nil {
		return err
	}
	var done order
	if err := run.Get(context.Background(), &done); err != nil {
		return err
	}
	if done["checked"] != true || done["order"] != given["order"] {
		return fmt.Errorf("order %v ended with %v", given["order"], done)
	}
	return nil
}

func readOrders(path string) ([]order, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var orders []order
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		var given order
		if err := json.Unmarshal(scanner.Bytes(), &given); err != nil {
			return nil, err
		}
		orders = append(orders, given)
	}
	return orders, scanner.Err()
}
