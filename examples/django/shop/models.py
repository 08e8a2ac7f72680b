"""The models of a small shop. What the database should look like is said here, and nowhere else."""
from django.db import models


class Customer(models.Model):
    email = models.TextField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, default="open")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    tags = models.ManyToManyField(Tag)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], condition=models.Q(state="open"),
                                               name="order_one_open")]
        indexes = [models.Index(fields=["customer", "state"], name="order_customer_state_idx")]
