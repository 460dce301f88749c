package com.scaleoutsystems.edge.spring.internal;

import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.network.TokenCallback;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.RestartCallback;
import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.spring.CustomTask;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;

/** The callbacks that are beans of the application, and what belongs to them. */
final class CallbackBeans {

    private static final String PREFIX = "Custom_";

    private final ListableBeanFactory beans;

    CallbackBeans(ListableBeanFactory beans) {
        this.beans = beans;
    }

    void addTo(EdgeClientBuilder builder) {
        one(TrainCallback.class, builder::onTrain);
        one(ValidateCallback.class, builder::onValidate);
        one(PredictCallback.class, builder::onPredict);
        one(InferenceCallback.class, builder::onInference);
        one(StageModelCallback.class, builder::onStageModel);
        one(RestartCallback.class, builder::onRestartRequested);
        one(TokenCallback.class, builder::onTokenRefresh);
        one(TaskTracer.class, builder::tracer);
        one(CallbackThreads.class, builder::callbackThreads);
        Map<String, String> beanOfTask = new TreeMap<>();
        for (String bean : beans.getBeanNamesForType(CustomCallback.class)) {
            String task = task(bean);
            String before = beanOfTask.put(task, bean);
            if (before != null) {
                throw new IllegalStateException("The beans " + before + " and " + bean + " both serve the custom task "
                        + task + "; give one of them another name with @CustomTask");
            }
            builder.onCustom(task, beans.getBean(bean, CustomCallback.class));
        }
    }

    private <T> void one(Class<T> type, Consumer<T> use) {
        T bean;
        try {
            bean = beans.getBeanProvider(type).getIfAvailable();
        } catch (NoUniqueBeanDefinitionException e) {
            throw new IllegalStateException(
                    "A client has one " + type.getSimpleName() + ", but several beans are of this type: "
                            + Arrays.toString(beans.getBeanNamesForType(type))
                            + "; mark one of them with @Primary, or remove the others",
                    e);
        }
        if (bean != null) {
            use.accept(bean);
        }
    }

    private String task(String bean) {
        CustomTask named = beans.findAnnotationOnBean(bean, CustomTask.class);
        String task = named == null ? bean : named.value();
        return task.startsWith(PREFIX) ? task.substring(PREFIX.length()) : task;
    }
}
