package com.example.boot;

import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A web application that takes part in training: its callbacks are beans, and use another bean. */
@SpringBootApplication
public class Application {

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    TrainCallback train(Press press) {
        return (model, task) -> TrainResult.of(press.improve(model), press.examples());
    }

    @Bean
    ValidateCallback validate(Press press) {
        return (model, task) -> Map.of("distance", press.distance(model));
    }
}
